-- The list of the last day. What stands for unknown becomes unknown; what people typed stays as they typed it.
SELECT
    crm_id,
    trim(first_name)                                AS first_name,
    trim(last_name)                                 AS last_name,
    nullif(title, 'N/A')                            AS title,
    nullif(specialty_code, '99')                    AS specialty_code,
    address                                         AS street,
    city,
    state,
    lpad(string_split(zip, '-')[1], 5, '0')         AS zip,
    nullif(phone, '000-000-0000')                   AS phone,
    email,
    npi,
    exported_on
FROM export
WHERE exported_on = (SELECT max(exported_on) FROM export)
ORDER BY crm_id
