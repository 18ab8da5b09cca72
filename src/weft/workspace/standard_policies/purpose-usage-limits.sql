-- title: Every product says what it is for, how it is used, and what it is not for
-- severity: error
-- scope: *
-- owner: governance
--
-- Whoever finds a product decides by these three whether it answers their question. The manifest says them for the whole product,
-- or every contract that it promises says them for its port.
WITH promised AS (
    SELECT p.product, c.purpose, c.usage, c.limitations
    FROM mesh.ports AS p
    JOIN mesh.contracts AS c ON c.product = p.product AND c.contract_id = p.contract_id AND c.version = p.version
    WHERE p.direction = 'output' AND p.status <> 'retired'
),
said AS (
    SELECT m.product,
           m.purpose <> '' OR coalesce(bool_and(c.purpose <> ''), false) AS purpose,
           m.usage <> '' OR coalesce(bool_and(c.usage <> ''), false) AS usage,
           m.limitations <> '' OR coalesce(bool_and(c.limitations <> ''), false) AS limitations
    FROM mesh.products AS m LEFT JOIN promised AS c ON c.product = m.product
    GROUP BY m.product, m.purpose, m.usage, m.limitations
),
missing AS (
    SELECT product,
           list_filter([CASE WHEN NOT purpose THEN 'purpose' END, CASE WHEN NOT usage THEN 'usage' END,
                        CASE WHEN NOT limitations THEN 'limitations' END], lambda word: word IS NOT NULL) AS words
    FROM said
)
SELECT product AS subject,
       product || ' describes no ' || array_to_string(words, ' and no ') AS message,
       'Add ' || array_to_string(words, ', ') || ' under description of its product.odps.yaml, or of each contract that it promises.'
           AS mend
FROM missing
WHERE len(words) > 0
