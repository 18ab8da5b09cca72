SELECT
    formulary_id,
    ndc,
    tier IS NOT NULL AS is_listed,
    tier,
    CASE
        WHEN tier IS NULL THEN NULL
        WHEN restriction = 'PA' THEN 'prior authorization'
        WHEN restriction = 'ST' THEN 'step therapy'
        ELSE 'none'
    END              AS restriction
FROM status_file
ORDER BY formulary_id, ndc
