SELECT
    contract_id,
    plan_id,
    segment_id,
    coalesce(state_name, 'US')                AS state,
    contract_name,
    plan_name,
    CASE left(contract_id, 1)
        WHEN 'H' THEN 'Medicare Advantage' WHEN 'R' THEN 'regional PPO' WHEN 'S' THEN 'stand-alone' WHEN 'E' THEN 'employer'
    END                                       AS kind,
    lpad(formulary_id::VARCHAR, 8, '0')       AS formulary_id,
    premium                                   AS monthly_premium,
    deductible,
    drugs_covered
FROM plans_named
ORDER BY contract_id, plan_id, segment_id, state
