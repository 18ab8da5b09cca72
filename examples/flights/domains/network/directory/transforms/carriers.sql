-- The file's names carry the company's legal form; nobody says 'Envoy Air Inc.'
SELECT
    code,
    regexp_replace(name, ' (Inc\.|Co\.|Corporation)$', '') AS name
FROM airline_file
