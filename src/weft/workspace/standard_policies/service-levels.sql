-- title: Every port promises service levels, and at least one of them is measured
-- severity: error
-- scope: *
-- owner: governance
--
-- A promise that nobody measures is a hope. Latency and freshness are measured as the age of the newest row, retention as that of the
-- oldest, by the column of times that the level names as its element; frequency is measured by the publishes themselves.
WITH promised AS (
    SELECT DISTINCT p.product, p.port, p.contract_id, p.version
    FROM mesh.ports AS p
    WHERE p.direction = 'output' AND p.status <> 'retired' AND p.line NOT LIKE '%-%'
),
levels AS (
    SELECT p.product, p.port, p.version, count(l.property) AS declared, count(l.measured_by) AS measured,
           string_agg(DISTINCT l.property, ', ') AS properties
    FROM promised AS p
    LEFT JOIN mesh.service_levels AS l USING (product, contract_id, version)
    GROUP BY p.product, p.port, p.version
)
SELECT product || '.' || port AS subject,
       CASE WHEN declared = 0 THEN port || ' ' || version || ' promises no service level'
            ELSE 'of what ' || port || ' ' || version || ' promises nothing is measured (' || properties || ')' END AS message,
       CASE WHEN declared = 0 THEN 'Add slaProperties to its contract: latency, frequency or retention.'
            ELSE 'Name the column that tells the time of a row, `element: table.column`, or promise a frequency.' END AS mend
FROM levels
WHERE declared = 0 OR measured = 0
