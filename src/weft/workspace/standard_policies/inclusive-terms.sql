-- title: Names and descriptions use inclusive terms
-- severity: warning
-- scope: *
-- owner: governance
-- parameters: also = "", but = ""
--
-- What a product is called is read by everybody in the mesh. `also` are further words that are not to be used, `but` are words of the list
-- that are allowed here, each separated by `|`.
WITH listed AS (
    SELECT * FROM (VALUES
        ('blacklist', 'deny list'), ('blacklisted', 'denied'), ('whitelist', 'allow list'), ('whitelisted', 'allowed'),
        ('master', 'main, primary or core'), ('slave', 'replica or secondary'), ('master data', 'core data'),
        ('grandfathered', 'exempt'), ('manpower', 'workforce'), ('man hours', 'person hours'), ('manned', 'staffed'),
        ('unmanned', 'uncrewed'), ('chairman', 'chair'), ('crippled', 'impaired'), ('sanity check', 'plausibility check'),
        ('housekeeping', 'upkeep')
    ) AS t (word, instead)
),
terms AS (
    SELECT word, instead FROM listed, parameters WHERE NOT list_contains(string_split(but, '|'), word)
    UNION ALL
    SELECT trim(w.word), 'another word' FROM parameters, unnest(string_split(also, '|')) AS w (word) WHERE trim(w.word) <> ''
),
texts AS (
    SELECT domain AS subject, domain || ' ' || description AS said FROM mesh.domains
    UNION ALL SELECT domain, term || ' ' || meaning FROM mesh.terms
    UNION ALL SELECT product, name || ' ' || title || ' ' || purpose || ' ' || usage || ' ' || limitations || ' ' || array_to_string(tags, ' ')
              FROM mesh.products
    UNION ALL SELECT line_name, table_name || ' ' || business_name || ' ' || description || ' ' || grain || ' ' || array_to_string(tags, ' ')
              FROM mesh.tables
    UNION ALL SELECT line_name || '.' || column_name, column_name || ' ' || business_name || ' ' || description || ' ' || array_to_string(tags, ' ')
              FROM mesh.columns
),
words AS (
    SELECT subject, ' ' || regexp_replace(lower(regexp_replace(said, '([a-z])([A-Z])', '\1 \2', 'g')), '[^[:alnum:]]+', ' ', 'g') || ' ' AS said
    FROM texts
)
SELECT subject, 'it says ''' || word || '''' AS message, 'Say ' || instead || '.' AS mend
FROM words JOIN terms ON contains(said, ' ' || word || ' ')
WHERE NOT (word = 'master' AND contains(said, ' master data '))
