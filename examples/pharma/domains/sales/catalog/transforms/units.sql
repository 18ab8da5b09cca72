-- What is not announced otherwise is counted in tablets, from before the first delivery on.
WITH counted AS (
    SELECT ndc, DATE '1900-01-07' AS since, 1 AS tablets_in_unit FROM brands_file
    UNION ALL
    SELECT ndc, since, CASE counted_in WHEN 'packs' THEN tablets_in_pack ELSE 1 END
    FROM units_list
    JOIN brands_file USING (ndc)
)
SELECT
    ndc,
    since,
    lead(since, 1, DATE '9999-12-31') OVER (PARTITION BY ndc ORDER BY since) AS until,
    tablets_in_unit
FROM counted
