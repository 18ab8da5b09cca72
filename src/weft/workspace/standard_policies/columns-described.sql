-- title: Every column is described
-- severity: error
-- scope: *
-- owner: governance
--
-- A column's name is what its makers call it; its description is what everybody else needs to know of it.
SELECT line_name || '.' || column_name AS subject,
       column_name || ' of ' || line_name || ' is not described' AS message,
       'Say in its description what a value means, of which unit, and when there is none.' AS mend
FROM mesh.columns
WHERE trim(description) = ''
