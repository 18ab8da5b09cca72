"""Every function of DuckDB, allowed or refused, by category; a function in no category is unknown, and refused.

Names are in lower case, with '_' for a blank.
A test holds this list against `duckdb_functions()`, so that a new DuckDB cannot bring a function in silently.
"""

from __future__ import annotations

ALLOWED: dict[str, str] = {
    "operators": """
        != !__postfix !~~ !~~* % & && * ** + - ->> / // < <-> << <= <=> <@ = > >= >> @ @> ^ ^@ | || ~ ~~ ~~* ~~~ is_distinct_from
        is_not_distinct_from
        """,
    "conditions": "coalesce constant_or_null greatest if ifnull least nullif switch try",
    "numbers": """
        abs acos acosh add asin asinh atan atan2 atanh binom bit_count cbrt ceil ceiling cos cosh cot
        decimal_division degrees divide even exp factorial fdiv floor fmod gamma gcd greatest_common_divisor isfinite isinf
        isnan lcm least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians round
        round_even roundbankers sign signbit sin sinh sqrt subtract tan tanh trunc xor equi_width_bins
        """,
    "texts": """
        ascii bar bin bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein editdist3
        ends_with format formatreadabledecimalsize formatreadablesize format_bytes hamming ilike_escape instr jaccard
        jaro_similarity jaro_winkler_similarity lcase left left_grapheme len length length_grapheme levenshtein like_escape
        lower lpad ltrim mismatches nfc_normalize not_ilike_escape not_like_escape octet_length ord overlay
        parse_formatted_bytes pg_size_pretty position prefix printf regexp_escape regexp_extract regexp_extract_all
        regexp_full_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat replace reverse
        right right_grapheme rpad rtrim split split_part starts_with str_split str_split_regex string_split
        string_split_regex string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix to_base
        translate trim ucase unicode upper url_decode url_encode array_to_string array_to_string_comma_default
        """,
    "file names, as texts only": "parse_dirname parse_dirpath parse_filename parse_path path_join",
    "bytes and digests": """
        base64 bit_position bitstring create_sort_key decode encode from_base64 from_binary from_hex get_bit hash hex
        icu_sort_key md5 md5_number md5_number_lower md5_number_upper set_bit sha1 sha256 to_base64 to_binary to_hex unbin
        unhex uuid_extract_timestamp uuid_extract_version
        """,
    "dates and times": """
        age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
        dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian
        last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond
        millennium millisecond minute month monthname nanosecond normalized_interval quarter second strftime strptime
        time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds
        to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years
        try_strptime week weekday weekofyear year yearweek
        """,
    "the run's own time": """
        current_date current_localtime current_localtimestamp current_time current_timestamp get_current_time
        get_current_timestamp localtime localtimestamp now today transaction_timestamp
        """,
    "lists": """
        aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
        array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product
        array_extract array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product
        array_intersect array_length array_negative_dot_product array_negative_inner_product array_pop_back
        array_pop_front array_position array_prepend array_push_back array_push_front array_reduce array_resize
        array_reverse array_reverse_sort array_select array_slice array_sort array_transform array_unique array_value
        array_where array_zip filter flatten generate_series generate_subscripts grade_up invoke list_aggr list_aggregate
        list_any_value list_append list_apply list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor
        list_bool_and list_bool_or list_cat list_concat list_contains list_cosine_distance list_cosine_similarity
        list_count list_distance list_distinct list_dot_product list_element list_entropy list_extract list_filter
        list_first list_grade_up list_has list_has_all list_has_any list_histogram list_indexof list_inner_product
        list_intersect list_kurtosis list_kurtosis_pop list_last list_mad list_max list_median list_min list_mode
        list_negative_dot_product list_negative_inner_product list_pack list_position list_prepend list_product list_reduce
        list_resize list_reverse list_reverse_sort list_select list_sem list_skewness list_slice list_sort list_stddev_pop
        list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop list_var_samp
        list_where list_zip range reduce unnest unpivot_list
        """,
    "structs, maps, unions and enums": """
        alias cardinality element_at enum_code enum_first enum_last enum_range enum_range_boundary map map_concat
        map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries
        map_keys map_values row struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof
        struct_insert struct_keys struct_pack struct_position struct_update struct_values union_extract union_tag
        union_value
        """,
    "json and variants": """
        array_to_json from_json from_json_strict json json_array json_array_length json_contains json_deep_merge
        json_exists json_extract json_extract_path json_extract_path_text json_extract_string json_group_array
        json_group_object json_group_structure json_insert json_keys json_merge_patch json_merge_patch_diff json_normalize
        json_object json_pretty json_quote json_remove json_replace json_set json_strip_nulls json_structure json_transform
        json_transform_strict json_type json_valid json_value row_to_json to_json variant_array_length variant_contains
        variant_exists variant_extract variant_extract_string variant_group_array variant_group_object variant_keys
        variant_normalize variant_type variant_typeof
        """,
    "geometry": """
        st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_crs st_geomfromgeojson st_geomfromwkb st_intersects_extent
        st_setcrs vertex_extract
        """,
    "types": "can_cast_implicitly cast_to_type get_type make_type pg_typeof typeof",
    "aggregates": """
        any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last
        arg_min arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and
        bool_or combine combine_aggr corr count count_if count_star countif covar_pop covar_samp decimal_average entropy
        favg finalize first fsum geomean geometric_mean group_concat grouping grouping_id histogram histogram_exact
        histogram_values is_histogram_other_bin kahan_sum kurtosis kurtosis_pop last list listagg lttb mad max max_by mean
        median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept
        regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp string_agg sum
        sum_no_overflow sumkahan to_aggregate_state var_pop var_samp variance wavg weighted_avg
        """,
    "windows": """
        cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
        """,
    "assertions": "assert_true error",
}

TABLE_FUNCTIONS = frozenset(["generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"])
"""What may stand where a table does: each returns what its arguments say, and reads nothing else."""

REFUSED: dict[str, str] = {
    "it reads or writes outside the query": """
        add_parquet_key copy_database glob import_database parquet_bloom_probe parquet_file_metadata parquet_full_metadata
        parquet_kv_metadata parquet_metadata parquet_scan parquet_schema read_blob read_csv read_csv_auto read_duckdb
        read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects
        read_parquet read_single_csv_file read_single_json_file read_single_parquet_file read_text sniff_csv write_log
        """,
    "it runs a query, or reads a table, named by a text": """
        json_deserialize_sql json_execute_serialized_sql json_serialize_plan json_serialize_sql query query_table seq_scan
        """,
    "it reads the memory of this process": "arrow_scan arrow_scan_dumb pandas_scan python_arrow_scan python_map_function",
    "it reads the catalog": """
        col_description collations database_list database_size format_pg_type format_type functions get_block_size
        has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
        has_function_privilege has_language_privilege has_schema_privilege has_sequence_privilege has_server_privilege
        has_table_privilege has_tablespace_privilege in_search_path index_key map_to_pg_oid metadata_info obj_description
        pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible pg_get_constraintdef pg_get_expr
        pg_get_viewdef pg_has_role pg_is_other_temp_schema pg_my_temp_schema pg_opclass_is_visible pg_operator_is_visible
        pg_opfamily_is_visible pg_table_is_visible pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
        pg_ts_template_is_visible pg_type_is_visible shobj_description show show_databases show_tables show_tables_expanded
        storage_info summary table_info pragma_collations pragma_database_size pragma_metadata_info pragma_platform
        pragma_show pragma_storage_info pragma_table_info pragma_user_agent pragma_version duckdb_approx_database_count
        duckdb_available_metrics duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems
        duckdb_databases duckdb_dependencies duckdb_dialects duckdb_eviction_queues duckdb_extension_repositories
        duckdb_extensions duckdb_external_file_cache duckdb_external_resource_types duckdb_external_resources
        duckdb_functions duckdb_grammar_extensions duckdb_indexes duckdb_keywords duckdb_log_contexts duckdb_logs
        duckdb_logs_parsed duckdb_memory duckdb_optimizers duckdb_prepared_statements duckdb_profiling_settings
        duckdb_schemas duckdb_secret_type_parameters duckdb_secret_types duckdb_secrets duckdb_sequences duckdb_settings
        duckdb_table_sample duckdb_tables duckdb_temporary_files duckdb_triggers duckdb_types duckdb_variables duckdb_views
        which_secret
        """,
    "it tells of the session or the machine": """
        current_catalog current_database current_query current_role current_schema current_schemas current_setting
        current_user extension_versions getvariable icu_calendar_names inet_client_addr inet_client_port inet_server_addr
        inet_server_port parse_duckdb_log_message pg_conf_load_time pg_postmaster_start_time pg_timezone_names platform
        session_user user user_agent version
        """,
    "it changes the session": """
        checkpoint create_external_resource deregister_external_resource destroy_external_resource
        disable_checkpoint_on_shutdown disable_logging disable_object_cache disable_optimizer disable_print_progress_bar
        disable_profile disable_profiling disable_progress_bar disable_verification disable_verify_parallelism
        enable_checkpoint_on_shutdown enable_logging enable_object_cache enable_optimizer enable_print_progress_bar
        enable_profile enable_profiling enable_progress_bar enable_verification force_checkpoint register_external_resource
        register_external_resource_type truncate_duckdb_logs verify_parallelism
        """,
    "it returns something else each time": """
        current_connection_id current_query_id current_transaction_id currval gen_random_uuid nextval random
        reservoir_quantile setseed setval stats txid_current uuid uuidv4 uuidv7 vector_type
        """,
    "it only waits": "pg_sleep sleep_ms",
    "it says a time that is not the run's": "ago",
    "it is DuckDB's own": """
        __between __cast __internal_barrier __internal_compress_geometry_point __internal_compress_integral_ubigint
        __internal_compress_integral_uinteger __internal_compress_integral_usmallint __internal_compress_integral_utinyint
        __internal_compress_string_hugeint __internal_compress_string_ubigint __internal_compress_string_uhugeint
        __internal_compress_string_uinteger __internal_compress_string_usmallint __internal_compress_string_utinyint
        __internal_compressed_materialization_cast __internal_decompress_geometry_point
        __internal_decompress_integral_bigint __internal_decompress_integral_hugeint __internal_decompress_integral_integer
        __internal_decompress_integral_smallint __internal_decompress_integral_ubigint
        __internal_decompress_integral_uhugeint __internal_decompress_integral_uinteger
        __internal_decompress_integral_usmallint __internal_decompress_string __internal_json_copy_to_geojson
        __internal_json_copy_to_json __internal_tablefilter_bloom_filter __internal_tablefilter_dynamic
        __internal_tablefilter_optional __internal_tablefilter_prefix_range __internal_tablefilter_selectivity_optional
        bitstring_byte_comparable hive_partition_component json_copy_strftime_if_date json_copy_strftime_if_timestamp
        remap_struct replace_type test_all_types test_vector_types timetz_byte_comparable variant_bytes_to_variant
        variant_comparator variant_to_parquet_variant
        """,
}

INSTEAD = {
    "ago": "Say now() - INTERVAL instead, which is the run's time.",
    "age": "Say age(current_date, ...) instead, which is the run's day.",
    "random": "What is published must come out the same when it is built again: derive it from a key, such as hash(id).",
    "uuid": "Derive an identifier from a key, such as md5(id).",
    "gen_random_uuid": "Derive an identifier from a key, such as md5(id).",
    "glob": "Say LIKE, or x GLOB 'pattern' without brackets.",
    "reservoir_quantile": "Say approx_quantile instead.",
}

COLLATIONS = ("collate_", "icu_collate_")
"""What these begin is a collation, which orders texts and reads nothing."""

ALLOWED_NAMES = frozenset(" ".join(ALLOWED.values()).split())
REFUSED_FOR = {name: reason for reason, names in REFUSED.items() for name in names.split()}
AS_OF_NAMES = frozenset(ALLOWED["the run's own time"].split())
