SELECT
    profile_id,
    first_name,
    last_name,
    street,
    city,
    state_name,
    lpad(split_part(zip, '-', 1), 5, '0')  AS zip,
    split_part(specialty, '|', -1)         AS specialty
FROM doctors_file
