-- title: Personal data is classified and masked
-- severity: error
-- scope: *
-- owner: governance
-- parameters: words = "(first|last|middle|full|given|family|maiden)_?name|surname|e_?mail(_address)?|phone|mobile|telephone|birth_?(day|date)|date_of_birth|dob|ssn|social_security(_number)?|passport(_number)?|national_id|tax_id|iban|street|home_address|ip_address|license_plate"
--
-- A column is taken to be personal data where its tags say so (pii, personal, gdpr) or its name does; `words` is the pattern of such
-- names. What is personal has a classification, which says what masks it and for whom.
WITH sensitive AS (
    SELECT column_name FROM (SELECT DISTINCT column_name FROM mesh.columns), parameters
    WHERE regexp_matches(lower(column_name), '(^|_)(' || words || ')(_|$)')
), tagged AS (
    SELECT *, len(list_filter(tags, lambda tag: regexp_matches(lower(tag), '^(pii|personal|personal[_ -]data|gdpr)$'))) > 0 AS is_tagged
    FROM mesh.columns
), personal AS (
    SELECT line_name, column_name, classification, is_tagged FROM tagged
    WHERE is_tagged OR column_name IN (SELECT column_name FROM sensitive)
), masked AS (SELECT DISTINCT line_name, column_name FROM mesh.classifications WHERE mask <> '')
SELECT line_name || '.' || column_name AS subject,
       column_name || ' of ' || line_name || CASE WHEN is_tagged THEN ' is tagged as personal data' ELSE ' looks like personal data' END
           || ', and ' || CASE WHEN classification = '' THEN 'has no classification' ELSE 'nothing masks it' END AS message,
       CASE WHEN classification = '' THEN 'Say its classification in the contract: one that the mesh masks, or public where everybody may see it.'
            ELSE 'Give a mask to the classification "' || classification || '" in policies/classifications.yaml, or another to the column.' END AS mend
FROM personal AS p ANTI JOIN masked AS m ON m.line_name = p.line_name AND m.column_name = p.column_name
    AND p.classification <> ''
WHERE classification = '' OR is_tagged OR lower(classification) <> 'public'
