-- Everybody as the public registry says they are: some of its clinicians, by chance, and where they are.
CREATE MACRO letters_of(words) AS regexp_replace(upper(words), '[^A-Z]+', '', 'g');
CREATE TABLE registered AS
SELECT *, row_number() OVER (ORDER BY "NPI") AS place FROM read_csv(getvariable('public') || '/nppes_individuals.csv', all_varchar = true)
WHERE regexp_full_match("NPI", '[12][0-9]{9}') AND length("Provider Business Practice Location Address Postal Code") >= 5;
CREATE TABLE clinician AS
WITH said AS (
  SELECT
    row_number() OVER (ORDER BY place) AS i, "NPI"::BIGINT AS npi, "Provider Sex Code" AS sex, "Provider Last Name (Legal Name)" AS last,
    "Provider First Name" AS first, "Provider Middle Name" AS middle, "Provider Other Last Name" AS other_last, "Provider Name Suffix Text" AS suffix,
    regexp_replace(split_part("Provider Credential Text", ',', 1), '[^A-Za-z]+', '', 'g') AS credential,
    "Provider Business Practice Location Address City Name" AS city, "Provider Business Practice Location Address State Name" AS state,
    left("Provider Business Practice Location Address Postal Code", 5) AS zip, "Full Street Address" AS street, "Healthcare Provider Taxonomy Code_1" AS taxonomy,
  FROM (FROM registered ORDER BY draw(place, 190), place LIMIT getvariable('clinicians'))
), treats AS (
  -- Some files call a specialty as the taxonomy does, and some as Medicare does.
  SELECT letters_of(said) AS words, min(code) AS code, max(prescribes) AS prescribes
  FROM (SELECT code, prescribes, unnest([nppes, cms]) AS said FROM specialty) GROUP BY ALL
), address AS (
  SELECT "NPI"::BIGINT AS npi, "City/Town" AS city, "State" AS state, left("ZIP Code", 5) AS zip, "Full Street Address" AS street
  FROM read_csv(getvariable('public') || '/cms_clinicians.csv', all_varchar = true) WHERE regexp_full_match("NPI", '[12][0-9]{9}')
), elsewhere AS (
  -- Of the addresses that Medicare knows besides, the first by its ZIP code.
  SELECT said.npi, min_by(address, address.zip || address.street) AS second
  FROM said JOIN address USING (npi) WHERE address.street IS NOT NULL AND address.zip <> said.zip GROUP BY ALL
)
SELECT
  said.* EXCLUDE (other_last, credential), nullif(upper(credential), '') AS credential, coalesce(other_last, last) AS born_last, CASE WHEN other_last IS NOT NULL THEN last END AS married_last,
  coalesce(treats.code, '99') AS specialty, coalesce(treats.prescribes, 0) AS prescribes, exp(2.2 * draw(i, 27) + 1.1 * draw(i, 28)) AS size,
  CASE WHEN second IS NULL THEN 1 ELSE 2 END AS addresses, second.city AS second_city, second.state AS second_state, second.zip AS second_zip, second.street AS second_street,
  lpad(floor(1000 * draw(i, 23))::INT::VARCHAR, 3, '2') || '555' || lpad(floor(10000 * draw(i, 24))::INT::VARCHAR, 4, '0') AS phone,
  lower(left(first, 1)) || '.' || lower(letters_of(last)) || i || '@clinic.example' AS email,
FROM said LEFT JOIN treats ON words = letters_of(taxonomy) LEFT JOIN elsewhere USING (npi);
-- One representative calls on ten places of a state or so.
CREATE TABLE place AS
SELECT zip, state, row_number() OVER (ORDER BY state, zip) // 10 AS number
FROM (SELECT left("Provider Business Practice Location Address Postal Code", 3) AS zip, min("Provider Business Practice Location Address State Name") AS state
  FROM registered GROUP BY ALL);
