SELECT
    formulary_id,
    ndc,
    CASE
        WHEN NOT is_listed THEN 'not covered'
        WHEN restriction <> 'none' THEN 'restricted'
        WHEN tier <= tiers / 2 THEN 'preferred'
        ELSE 'unrestricted'
    END AS access,
    tier,
    tiers
FROM listings
LEFT JOIN last_tiers USING (formulary_id)
ORDER BY formulary_id, ndc
