SELECT
    formulary_id,
    tier_level_value                                               AS tier,
    contract_year,
    max(tier_level_value) OVER (PARTITION BY formulary_id)         AS tiers,
    distinct_rxcui                                                 AS drugs,
    round(pct_of_formulary, 4)                                     AS percent_of_formulary
FROM tier_file
ORDER BY formulary_id, tier
