SELECT
    npi,
    last_name,
    first_name,
    middle_name,
    name_prefix,
    name_suffix,
    credential,
    other_last_name,
    other_first_name,
    other_middle_name,
    sex,
    taxonomy,
    street,
    city,
    state,
    zip,
    updated_on
FROM registry_file
ORDER BY npi
