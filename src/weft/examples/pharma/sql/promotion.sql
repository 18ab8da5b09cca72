-- What the company does so that clinicians know of its product: calls of representatives, and messages with what became of them.
CREATE TABLE target AS
SELECT crm_id, i, truly, j, prescribes, size, territory, representative
FROM (SELECT *, row_number() OVER (ORDER BY crm_id) AS j FROM crm WHERE truly IS NOT NULL)
JOIN clinician USING (i) JOIN territory ON zip3 = left(clinician.zip, 3);
CREATE TABLE call AS
SELECT
  getvariable('ends')::DATE - day::INT AS called_on, representative, crm_id, '99001-0101-30' AS ndc,
  2 + floor(12 * draw(j * 256 + day, 140))::INT AS minutes, evenly_of(['efficacy', 'safety', 'access', 'dosing'], j * 256 + day, 141) AS message,
  floor(4 * draw(j * 256 + day, 142))::INT AS samples, 'K' || (j * 256 + day) AS call_id, j * 256 + day AS n,
FROM target, range(0, getvariable('call_days')) AS r(day)
WHERE isodow(getvariable('ends')::DATE - day::INT) <= 5 AND draw(j * 256 + day, 143) < least(0.06, 0.008 * prescribes * size);
CREATE TABLE message AS
WITH sent AS (
  SELECT
    j * 4096 + hour AS n, crm_id, getvariable('ends')::TIMESTAMP + INTERVAL 1 DAY - to_hours(hour + 1) + to_seconds(floor(3500 * draw(j * 4096 + hour, 150))::INT) AS happened_at,
    evenly_of(['launch-news', 'dosing-guide', 'coverage-check'], j * 4096 + hour, 151) AS campaign,
  FROM target, range(0, getvariable('npp_days') * 24) AS r(hour) WHERE draw(j * 4096 + hour, 152) < 0.02
), opened AS (
  SELECT n, crm_id, happened_at + to_minutes(1 + floor(600 * pow(draw(n, 153), 3))::INT) AS happened_at, campaign FROM sent WHERE draw(n, 154) < 0.31
)
SELECT 'M' || n AS message_id, 'send' AS kind, crm_id, happened_at, campaign, n FROM sent
UNION ALL SELECT 'M' || n, 'open', crm_id, happened_at, campaign, n FROM opened
UNION ALL SELECT 'M' || n, 'click', crm_id, happened_at + to_seconds(5 + floor(200 * draw(n, 155))::INT), campaign, n FROM opened WHERE draw(n, 156) < 0.22
UNION ALL SELECT 'V' || n, 'visit', crm_id, happened_at + to_seconds(300), campaign, n FROM opened WHERE draw(n, 157) < 0.12;
