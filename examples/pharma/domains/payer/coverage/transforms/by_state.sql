SELECT
    lives.month,
    lives.state,
    products.ndc,
    sum(lives.lives)                                                                        AS lives,
    coalesce(sum(lives.lives) FILTER (status.access <> 'not covered'), 0)                   AS covered_lives,
    coalesce(sum(lives.lives) FILTER (status.access IN ('preferred', 'unrestricted')), 0)   AS unrestricted_lives,
    coalesce(sum(lives.lives) FILTER (status.access = 'preferred'), 0)                      AS preferred_lives,
    coalesce(sum(lives.lives) FILTER (status.access IS NULL), 0)                            AS unknown_lives,
    round(100.0 * sum(lives.lives) FILTER (status.access IN ('preferred', 'unrestricted'))
        / nullif(sum(lives.lives) FILTER (status.access IS NOT NULL), 0), 2)                AS unrestricted_percent
FROM lives
CROSS JOIN catalog.products AS products
LEFT JOIN plans
    ON plans.contract_id = lives.contract_id AND plans.plan_id = lives.plan_id
    AND plans.segment_id = lives.segment_id AND plans.state = lives.state
LEFT JOIN status
    ON status.formulary_id = plans.formulary_id AND status.ndc = products.ndc
GROUP BY lives.month, lives.state, products.ndc
