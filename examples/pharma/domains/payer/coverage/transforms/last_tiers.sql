SELECT formulary_id, max(tier) AS tiers
FROM tiers
GROUP BY formulary_id
