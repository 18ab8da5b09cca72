WITH access AS (
    SELECT month, state, unrestricted_percent
    FROM coverage.by_state
    JOIN catalog.products USING (ndc)
    WHERE is_ours
),
others AS (
    SELECT week, territory, coalesce(sum(trx) FILTER (NOT is_ours), 0)::BIGINT AS trx_of_others
    FROM market
    JOIN catalog.products USING (ndc)
    GROUP BY week, territory
)
SELECT
    week,
    others.territory,
    trx_of_others,
    access.month                                      AS coverage_month,
    access.unrestricted_percent,
    trx_of_others * access.unrestricted_percent / 100 AS opportunity
FROM others
JOIN territories.territories AS places ON places.territory = others.territory
ASOF LEFT JOIN access ON access.state = places.state AND access.month <= others.week
