-- title: Source-aligned products are small
-- severity: warning
-- scope: *
-- owner: governance
-- parameters: tables = 5, sources = 5, transforms = 10
--
-- What is taken from one system of record says what that system knows, and no more: products further on combine it. A large one is a
-- warehouse in disguise, and nobody can answer for all of it.
WITH counted AS (
    SELECT p.product, p.transforms AS has_transforms,
           (SELECT count(DISTINCT t.table_name) FROM mesh.tables AS t WHERE t.product = p.product) AS has_tables,
           (SELECT count(*) FROM mesh.ports AS i WHERE i.product = p.product AND i.is_source) AS has_sources,
           (SELECT count(*) FROM mesh.ports AS i WHERE i.product = p.product AND i.direction = 'input' AND NOT i.is_source) AS has_inputs,
           p.type
    FROM mesh.products AS p
),
aligned AS (
    SELECT * FROM counted
    WHERE lower(replace(type, '-', '')) = 'sourcealigned' OR (type = '' AND has_sources > 0 AND has_inputs = 0)
),
sizes AS (
    SELECT product, 'promises' AS does, has_tables AS has, tables AS most, 'tables' AS what FROM aligned, parameters
    UNION ALL SELECT product, 'reads', has_sources, sources, 'sources' FROM aligned, parameters
    UNION ALL SELECT product, 'has', has_transforms, transforms, 'transforms' FROM aligned, parameters
)
SELECT product AS subject,
       product || ' is source-aligned and ' || does || ' ' || has || ' ' || what || '; ' || most || ' are allowed' AS message,
       'Split it by what its source keeps apart, or move what combines into a product of its own.' AS mend
FROM sizes
WHERE has > most
