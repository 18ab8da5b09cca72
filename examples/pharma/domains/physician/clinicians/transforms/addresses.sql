SELECT
    npi,
    address_id,
    street,
    city,
    state,
    zip,
    specialty,
    line_2_suppressed IS NOT NULL AS is_line_2_left_out
FROM clinician_file
ORDER BY npi, address_id
