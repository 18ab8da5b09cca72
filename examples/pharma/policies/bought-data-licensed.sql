-- title: What is bought says its licence
-- severity: error
-- owner: dana.whitfield@pharma.example
--
-- A licence says who may use the data and for what. Whoever reads it further on must find that where the data is promised, and not in a drawer:
-- who may use it under `usage`, and what is forbidden under `limitations`.
SELECT product AS subject,
       contract_id || ' costs ' || price || ' and says ' || CASE WHEN usage = '' THEN 'not who may use it' ELSE 'no limits of its use' END AS message,
       'Say under `usage` who may use it and under which licence, and under `limitations` what is forbidden, in ' || file || '.' AS mend
FROM mesh.contracts
WHERE price <> '' AND NOT starts_with(price, '0 ') AND status <> 'retired' AND (usage = '' OR limitations = '')
