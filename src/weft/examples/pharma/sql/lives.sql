-- Where each product stands on a formulary, and how many lives a plan has, as a syndicate sells them.
COPY (
  SELECT formulary_id, ndc, CASE WHEN draw(f * 8 + product.number, 134) < 0.85 THEN 1 + floor(least(tiers, 5) * draw(f * 8 + product.number, 135))::INT END AS tier,
    CASE WHEN draw(f * 8 + product.number, 136) < 0.25 THEN 'PA' WHEN draw(f * 8 + product.number, 136) < 0.4 THEN 'ST' ELSE 'NONE' END AS restriction
  FROM formulary, product ORDER BY formulary_id, ndc
) TO (getvariable('syndicated') || '/formulary_status.csv') (HEADER);
-- From 2026 on, channel M means what MC meant, and what M meant is MD: the syndicate changed its codes.
CREATE TABLE lives AS
SELECT
  strftime(month, '%Y-%m') AS month, contract_id, plan_id, segment_id, coalesce(state_name, 'US') AS state,
  CASE WHEN plan_name LIKE '%SNP%' THEN CASE WHEN month < DATE '2026-01-01' THEN 'M' ELSE 'MD' END ELSE CASE WHEN month < DATE '2026-01-01' THEN 'MC' ELSE 'M' END END AS channel,
  floor(exp(5 + 4 * draw(p, 137)) * (1 + 0.004 * datediff('month', getvariable('starts')::DATE, month)) * (0.98 + 0.04 * draw(p * 64 + datediff('month', getvariable('starts')::DATE, month), 138)))::INT AS lives,
FROM plan, (SELECT unnest(range(date_trunc('month', getvariable('starts')::DATE)::DATE, getvariable('ends')::DATE, INTERVAL 1 MONTH))::DATE AS month);
