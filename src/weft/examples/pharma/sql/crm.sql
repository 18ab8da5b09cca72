-- The company's own list of customers, as representatives keep it: no NPI for most, names as they say them, doubles, and some who are no clinicians.
CREATE TABLE crm AS
WITH kept AS (
  SELECT *, 1 AS copy FROM clinician WHERE prescribes >= 0.4 AND draw(i, 60) < 0.42
  UNION ALL SELECT *, 2 FROM clinician WHERE prescribes >= 0.4 AND draw(i, 60) < 0.02
), said AS (
  SELECT
    i, npi, copy, i * 2 + copy AS j, taxonomy, specialty,
    CASE WHEN draw(i * 2 + copy, 61) < 0.10 THEN coalesce(short, first)
      WHEN draw(i * 2 + copy, 61) < 0.13 AND length(first) > 4 THEN left(first, 2) || substr(first, 4, 1) || substr(first, 3, 1) || substr(first, 5)
      WHEN draw(i * 2 + copy, 61) < 0.16 THEN left(first, 1)
      WHEN draw(i * 2 + copy, 61) < 0.19 THEN first || ' ' || coalesce(left(middle, 1), '') ELSE first END AS first_said,
    CASE WHEN draw(i * 2 + copy, 62) < 0.04 AND length(last) > 4 THEN left(last, 3) || substr(last, 5)
      WHEN draw(i * 2 + copy, 62) < 0.07 THEN last || '-' || born_last
      WHEN draw(i * 2 + copy, 62) < 0.10 AND married_last IS NOT NULL THEN born_last
      WHEN draw(i * 2 + copy, 62) < 0.12 THEN last || ', ' || credential
      ELSE replace(replace(replace(last, 'MUNOZ', 'MUÑOZ'), 'PENA', 'PEÑA'), 'NUNEZ', 'NUÑEZ') END AS last_said,
    CASE WHEN draw(i * 2 + copy, 63) < 0.3 AND addresses = 2 THEN second_city ELSE city END AS city_said,
    CASE WHEN draw(i * 2 + copy, 63) < 0.3 AND addresses = 2 THEN second_state ELSE state END AS state_said,
    CASE WHEN draw(i * 2 + copy, 63) < 0.3 AND addresses = 2 THEN second_zip ELSE zip END AS zip_said,
    CASE WHEN draw(i * 2 + copy, 63) < 0.3 AND addresses = 2 THEN second_street ELSE street END AS street_said,
    phone, email, credential,
  FROM kept LEFT JOIN short_name ON name = first
)
SELECT
  'C' || lpad((j * 48611 % 999983)::VARCHAR, 6, '0') AS crm_id,
  CASE WHEN draw(j, 64) < 0.7 THEN upper(left(first_said, 1)) || lower(substr(first_said, 2)) WHEN draw(j, 64) < 0.85 THEN lower(first_said) ELSE first_said END AS first_name,
  CASE WHEN draw(j, 64) < 0.7 THEN upper(left(last_said, 1)) || lower(substr(last_said, 2)) WHEN draw(j, 64) < 0.85 THEN lower(last_said) ELSE last_said END || CASE WHEN draw(j, 65) < 0.03 THEN ' ' ELSE '' END AS last_name,
  CASE WHEN draw(j, 66) < 0.7 THEN credential WHEN draw(j, 66) < 0.8 THEN left(credential, 1) || '.' || substr(credential, 2, 1) || '.' WHEN draw(j, 66) < 0.9 THEN 'N/A' END AS title,
  CASE WHEN draw(j, 67) < 0.85 THEN specialty WHEN draw(j, 67) < 0.92 THEN '99' END AS specialty_code,
  CASE WHEN draw(j, 68) < 0.93 THEN replace(replace(street_said, ' ST', CASE WHEN draw(j, 69) < 0.5 THEN ' Street' ELSE ' St.' END), ' AVE', CASE WHEN draw(j, 69) < 0.4 THEN ' Avenue' ELSE ' Ave' END) END AS address,
  CASE WHEN draw(j, 70) < 0.8 THEN city_said ELSE upper(left(city_said, 1)) || lower(substr(city_said, 2)) END AS city,
  state_said AS state, CASE WHEN draw(j, 71) < 0.06 THEN NULL WHEN draw(j, 71) < 0.3 THEN zip_said || '-' || lpad(floor(9999 * draw(j, 72))::INT::VARCHAR, 4, '0') WHEN regexp_matches(zip_said, '^0[1-9]') AND draw(j, 71) < 0.6 THEN ltrim(zip_said, '0') ELSE zip_said END AS zip,
  CASE WHEN draw(j, 73) < 0.4 THEN '(' || left(phone, 3) || ') ' || substr(phone, 4, 3) || '-' || substr(phone, 7) WHEN draw(j, 73) < 0.6 THEN left(phone, 3) || '.' || substr(phone, 4, 3) || '.' || substr(phone, 7) WHEN draw(j, 73) < 0.7 THEN '000-000-0000' WHEN draw(j, 73) < 0.9 THEN phone END AS phone,
  CASE WHEN draw(j, 74) < 0.5 THEN email WHEN draw(j, 74) < 0.53 THEN replace(email, '@', ' at ') END AS email,
  CASE WHEN draw(j, 75) < 0.25 THEN npi::VARCHAR WHEN draw(j, 75) < 0.26 THEN (npi + 1)::VARCHAR END AS npi,
  npi AS truly, i,
FROM said;

INSERT INTO crm
SELECT 'C9' || lpad(i::VARCHAR, 5, '0'), evenly_of(['Office', 'Front', 'Test', 'Samples'], i, 80), evenly_of(['Manager', 'Desk', 'Account', 'Closet'], i, 81), NULL, '99', NULL, NULL, NULL, NULL, '000-000-0000', NULL, NULL, NULL, NULL
FROM range(1, 2 + getvariable('clinicians') // 250) AS r(i);
