-- title: What comes from outside is held to the same rules as what is made inside
-- severity: error
-- scope: *
-- owner: governance
--
-- Data that was bought, sent or scraped is trusted by everybody downstream exactly as if a domain had promised it. The contract of a source
-- says its purpose, describes its columns, and is checked on arrival like any other. And no port is promised less well to those inside
-- than to those outside: where a product tags contracts `internal` and `external`, both have service levels or neither has.
SELECT c.product AS subject,
       'the source ' || c.contract_id || ' ' || c.version || ' ' || CASE
           WHEN c.purpose = '' THEN 'says no purpose'
           WHEN c.checks = 0 THEN 'is not checked on arrival'
           ELSE 'leaves ' || (c.columns - c.described_columns) || ' of ' || c.columns || ' columns undescribed' END AS message,
       'Hold it to what a promise is held to, in ' || c.file || '.' AS mend
FROM mesh.contracts AS c
WHERE c.is_source AND c.status <> 'retired' AND (c.purpose = '' OR c.checks = 0 OR c.described_columns < c.columns)
UNION ALL
SELECT inside.product,
       inside.contract_id || ' for those inside and ' || outside.contract_id || ' for those outside promise service levels to one alone',
       'Promise the same to both.'
FROM mesh.contracts AS inside
JOIN mesh.contracts AS outside ON outside.product = inside.product
WHERE list_contains(inside.tags, 'internal') AND list_contains(outside.tags, 'external')
  AND (EXISTS (FROM mesh.service_levels AS l WHERE l.contract_id = inside.contract_id AND l.version = inside.version AND l.product = inside.product))
   <> (EXISTS (FROM mesh.service_levels AS l WHERE l.contract_id = outside.contract_id AND l.version = outside.version AND l.product = outside.product))
