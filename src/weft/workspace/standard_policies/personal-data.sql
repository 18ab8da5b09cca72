-- title: Personal data is classified and masked
-- severity: error
-- scope: *
-- owner: governance
-- parameters: words = "(first|last|middle|full|given|family|maiden)_?name|surname|e_?mail(_address)?|phone|mobile|telephone|birth_?(day|date)|date_of_birth|dob|ssn|social_security(_number)?|passport(_number)?|national_id|tax_id|iban|street|home_address|ip_address|license_plate"
--
-- A column is taken to be personal data where its tags say so (pii, personal, gdpr) or its name does; `words` is the pattern of such
-- names. What is personal has a classification, which says what masks it and for whom.
WITH personal AS (
    SELECT line_name, column_name, classification,
           len(list_filter(tags, lambda tag: regexp_matches(lower(tag), '^(pii|personal|personal[_ -]data|gdpr)$'))) > 0 AS is_tagged
    FROM mesh.columns, parameters
    WHERE regexp_matches(lower(column_name), '(^|_)(' || words || ')(_|$)')
       OR len(list_filter(tags, lambda tag: regexp_matches(lower(tag), '^(pii|personal|personal[_ -]data|gdpr)$'))) > 0
)
SELECT line_name || '.' || column_name AS subject,
       column_name || ' of ' || line_name || CASE WHEN is_tagged THEN ' is tagged as personal data' ELSE ' looks like personal data' END
           || ', and has no classification' AS message,
       'Say its classification in the contract: one that the mesh masks, or public where everybody may see it.' AS mend
FROM personal
WHERE classification = ''
