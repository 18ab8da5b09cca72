-- Who pays: plans of Medicare Part D and the tiers of their formularies in the public layouts.
CREATE TABLE formulary AS
SELECT f, 25000 + f AS number, lpad((25000 + f)::VARCHAR, 8, '0') AS formulary_id, 3 + (draw(f, 120) * 4)::INT AS tiers, 2000 + floor(2400 * draw(f, 121))::INT AS drugs
FROM range(0, 40 + getvariable('clinicians') // 100) AS r(f);
CREATE TABLE plan AS
SELECT
  p, CASE WHEN draw(p, 122) < 0.8 THEN 'H' ELSE 'S' END || lpad((1000 + p // 8)::VARCHAR, 4, '0') AS contract_id,
  evenly_of(['NORTHSTAR HEALTH', 'PRAIRIE CARE', 'HARBOR LIFE', 'SUMMIT MUTUAL', 'EVERGREEN PLANS', 'BLUE RIVER'], p // 8, 123) || ', INC.' AS contract_name,
  1 + p % 8 AS plan_id,
  evenly_of(['Gold', 'Silver', 'Value', 'Óptimo', 'Complete', 'Select', 'Plus'], p, 124) || ' ' || evenly_of(['(PPO)', '(HMO)', '(HMO-POS)', '(PDP)', '(HMO D-SNP)'], p, 125) AS plan_name,
  0 AS segment_id, (SELECT list(number ORDER BY f) FROM formulary)[1 + floor((SELECT count(*) FROM formulary) * draw(p, 126))::INT] AS formulary_id,
  CASE WHEN draw(p, 127) < 0.5 THEN 0 ELSE round(10 + 120 * draw(p, 128), 1) END AS premium, CASE WHEN draw(p, 129) < 0.3 THEN 0 ELSE 590 END AS deductible,
  CASE WHEN draw(p, 130) >= 0.08 THEN (SELECT list(state ORDER BY number) FROM place)[1 + floor((SELECT count(*) FROM place) * draw(p, 131))::INT] END AS state_name, 2500 + floor(1500 * draw(p, 132))::INT AS drugs_covered,
FROM range(0, 200 + getvariable('clinicians') // 8) AS r(p);
COPY (SELECT contract_id, contract_name, plan_id, replace(plan_name, 'Ó', '√ì') AS plan_name, segment_id, formulary_id, premium, deductible, state_name, drugs_covered FROM plan ORDER BY p) TO (getvariable('public') || '/partd_plans.csv') (HEADER);
COPY (
  WITH share AS (SELECT formulary_id, tier, drugs, pow(draw(f * 8 + tier, 133), 2) + 0.05 AS part FROM formulary, range(1, 8) AS r(tier) WHERE tier <= tiers)
  SELECT formulary_id, year(getvariable('ends')::DATE) AS contract_year, tier AS tier_level_value, greatest(1, floor(drugs * part / sum(part) OVER of_it))::INT AS rows_count,
    greatest(1, floor(drugs * part / sum(part) OVER of_it))::INT AS distinct_rxcui, 100 * part / sum(part) OVER of_it AS pct_of_formulary
  FROM share WINDOW of_it AS (PARTITION BY formulary_id) ORDER BY formulary_id, tier
) TO (getvariable('public') || '/partd_formulary_tiers.csv') (HEADER);
