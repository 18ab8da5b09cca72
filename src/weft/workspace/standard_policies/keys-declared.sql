-- title: Every table says its key
-- severity: error
-- scope: *
-- owner: governance
--
-- Without a key nobody knows what one row is, joins multiply rows unseen, and nothing can say which rows changed.
SELECT line_name AS subject,
       line_name || ' declares no primary key' AS message,
       'Say `primaryKey: true` of the columns that tell one row from another; they are checked before every publish.' AS mend
FROM mesh.tables
WHERE len(key_columns) = 0
