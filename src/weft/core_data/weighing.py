"""Splink weighs pairs: one model over the table of records, and any table of pairs as what it is to score."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from weft.core_data.comparing import said_by, splink_comparisons
from weft.core_data.reading import given_names
from weft.core_data.wording import short_of, value_of
from weft.errors import EngineFault, WeftError
from weft.names import identifier
from weft.product.core_data import CoreData

if TYPE_CHECKING:
    import duckdb
    from splink import Linker

LEAST_OFTEN = 0.5
"""How often a value is taken to be said by others that nobody else says."""
Weights = Mapping[str, Mapping[str, tuple[float, float]]]
"""m and u, by comparison and level."""


@contextmanager
def quietly() -> Iterator[None]:
    """Splink tells its progress to whoever listens to its log; a run tells its own. What DuckDB said is handed on as it was said.

    Raises: duckdb.Error, EngineFault (what Splink itself cannot do).
    """
    logger = logging.getLogger("splink")
    before, logger.disabled = (logger.level, logger.disabled), False
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    except Exception as error:
        raise _told(error) from error
    finally:
        logger.setLevel(before[0])
        logger.disabled = before[1]


def _told(error: Exception) -> Exception:
    import duckdb

    below: BaseException | None = error
    while below is not None and not isinstance(below, (duckdb.Error, WeftError)):
        below = below.__cause__ or below.__context__
    if isinstance(below, Exception):
        return below
    return EngineFault(f"Splink could not weigh: {error}", mend="See the comparisons of core.yaml.")


def linker_of(
    connection: duckdb.DuckDBPyConnection,
    core: CoreData,
    weights: Weights,
    prior: float = 0.0001,
    *,
    is_told: bool = False,
) -> Linker:
    """The model over `record`; `is_told` has it hand out each comparison's level and weight.

    Raises: EngineFault, where Splink is not installed.
    """
    try:
        from splink import DuckDBAPI, Linker, SettingsCreator
    except ImportError as error:
        raise EngineFault(
            "core data is matched by Splink, which is not installed", mend="pip install 'weft[core-data]'"
        ) from error
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=list(splink_comparisons(core, weights)),
        probability_two_random_records_match=prior,
        retain_matching_columns=is_told,
        retain_intermediate_calculation_columns=is_told,
    )
    connection.execute("DROP VIEW IF EXISTS records")
    linker = Linker(
        DuckDBAPI(connection).register(connection.sql(_compared(core)), dataset_display_name="records"),
        settings,
        log_level=None,
    )
    _register_frequencies(connection, core, linker, prior)
    return linker


def _compared(core: CoreData) -> str:
    """SQL of the records with what is compared, and no more: Splink copies what it is given."""
    fields = dict.fromkeys(field for one in core.comparisons for field in said_by(one))
    columns = [*map(value_of, fields), *map(short_of, given_names(core))]
    return f"SELECT rid, {', '.join(map(identifier, columns))} FROM record"


def total_pairs(connection: duckdb.DuckDBPyConnection) -> float:
    """How many pairs of records there are that could be one: not two of a source that holds each once."""
    found = connection.execute(
        "SELECT sum(n) * (sum(n) - 1) / 2 - sum(CASE WHEN alone THEN n * (n - 1) / 2 ELSE 0 END) "
        "FROM (SELECT src, alone, count(*)::DOUBLE AS n FROM record GROUP BY ALL)"
    ).fetchall()
    return float(found[0][0] or 0.0)


def _register_frequencies(connection: duckdb.DuckDBPyConnection, core: CoreData, linker: Linker, prior: float) -> None:
    """How often two records of two say a value: those that a record is one with say it too, and are not counted."""
    records = connection.execute("SELECT count(*) FROM record").fetchall()[0][0]
    partners = 2 * prior * total_pairs(connection) / max(records, 1)
    for column in dict.fromkeys(value_of(one.fields[0]) for one in core.comparisons if one.by_frequency):
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS counted_{column} AS SELECT {column}, count(*) AS n FROM record WHERE {column} IS NOT NULL GROUP BY {column}"
        )
        connection.execute(
            f"CREATE OR REPLACE TABLE frequency_{column} AS SELECT {column}, greatest(n - {partners!r}::DOUBLE, {LEAST_OFTEN}::DOUBLE) / "
            f"(SELECT sum(n) FROM counted_{column}) AS tf_{column} FROM counted_{column}"
        )
        table = linker._db_api.table_to_splink_dataframe(f"frequency_{column}", f"frequency_{column}")
        linker.table_management.register_term_frequency_lookup(table, column)


def weighed(
    connection: duckdb.DuckDBPyConnection, linker: Linker, pairs: str, least: float | None
) -> duckdb.DuckDBPyRelation:
    """What Splink predicts for the pairs of a query (l, r): match_weight, match_probability, rid_l, rid_r and what the model tells.

    `least` is the probability from which a pair is told.
    """
    connection.execute(
        f"CREATE OR REPLACE TABLE to_weigh AS SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r FROM ({pairs})"
    )
    registered = linker._db_api.table_to_splink_dataframe("__splink__blocked_id_pairs", "to_weigh")
    linker.table_management.register_blocked_pairs_for_predict(registered)
    return linker.inference.predict(threshold_match_probability=least, warning_mode="never").as_duckdbpyrelation()
