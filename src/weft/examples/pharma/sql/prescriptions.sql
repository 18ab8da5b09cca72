-- What was prescribed: one row for each prescriber, product and week with any, as a syndicate delivers it every week.
CREATE TABLE prescriber AS
SELECT i, npi, prescribes * size * 2.3 AS volume,
  -- From this week on they write our product too; whoever is called on, and whoever writes much, begins sooner.
  CASE WHEN draw(i, 160) < least(0.75, 0.1 + 0.12 * prescribes + 0.02 * size + CASE WHEN EXISTS (FROM target WHERE target.i = clinician.i) THEN 0.15 ELSE 0 END)
    THEN getvariable('launch_week') + floor(pow(draw(i, 161), 0.7) * 60)::INT END AS adopts,
FROM clinician WHERE prescribes > 0.15;
CREATE TABLE prescription AS
WITH expected AS (
  SELECT
    i, npi, week, ndc, tablets_in_pack, (week * 8 + number) AS k,
    volume * CASE WHEN is_ours THEN CASE WHEN week >= adopts THEN least(0.3, 0.03 * (1 + week - adopts)) END
      ELSE share * (0.6 + 0.8 * draw(i * 8 + number, 162)) * CASE WHEN week >= adopts THEN 0.8 ELSE 1 END END
      * (1 + 0.08 * sin(week / 8.28)) AS mean,
  FROM prescriber, product, range(0, getvariable('weeks')) AS r(week)
)
SELECT
  week, npi, ndc, tablets_in_pack, floor(mean * (0.5 + draw(i, 163 + k)) + draw(i * 3, 163 + k))::INT AS trx, i, k,
FROM expected WHERE mean IS NOT NULL;
DELETE FROM prescription WHERE trx = 0;
