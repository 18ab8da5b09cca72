SELECT
    npi,
    any_value(last_name)                          AS last_name,
    any_value(first_name)                         AS first_name,
    any_value(middle_name)                        AS middle_name,
    any_value(suffix)                             AS suffix,
    any_value(sex)                                AS sex,
    any_value(credential)                         AS credential,
    arg_max(specialty, (at_addresses, specialty)) AS specialty,
    sum(at_addresses)                             AS addresses
FROM (
    SELECT npi, last_name, first_name, middle_name, suffix, sex, credential, specialty, count(*) AS at_addresses
    FROM clinician_file
    GROUP BY ALL
)
GROUP BY npi
ORDER BY npi
