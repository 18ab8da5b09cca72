-- Who pays, as the public files of Part D say it.
CREATE TABLE formulary AS
SELECT row_number() OVER (ORDER BY formulary_id) - 1 AS f, * FROM (
  SELECT lpad(formulary_id, 8, '0') AS formulary_id, max(tier_level_value::INT) AS tiers
  FROM read_csv(getvariable('public') || '/partd_formulary_tiers.csv', all_varchar = true) GROUP BY ALL
);
CREATE TABLE plan AS
SELECT row_number() OVER (ORDER BY contract_id, plan_id::INT, segment_id::INT, state_name) - 1 AS p, contract_id, plan_id, segment_id, plan_name, state_name
FROM read_csv(getvariable('public') || '/partd_plans.csv', all_varchar = true);
