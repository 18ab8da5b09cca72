-- title: A port has no more than two live majors
-- severity: error
-- scope: *
-- owner: governance
-- parameters: most = 2
--
-- Old majors give their readers time to move. More of them than two are a burden that nobody agreed to carry.
WITH live AS (
    SELECT product, port, list(DISTINCT line ORDER BY line) AS lines
    FROM mesh.ports
    WHERE direction = 'output' AND status <> 'retired' AND line NOT LIKE '%-%'
    GROUP BY product, port
)
SELECT product || '.' || port AS subject,
       port || ' has ' || len(lines) || ' live majors, ' || array_to_string(lines, ', ') || '; ' || most || ' are allowed' AS message,
       'Retire line ' || lines[1] || ': deprecate it, and see with `weft show` who is still on it.' AS mend
FROM live, parameters
WHERE len(lines) > most
