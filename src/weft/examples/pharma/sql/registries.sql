-- The public registries, in the layouts of the files that CMS publishes.
COPY (
  SELECT
    npi AS "NPI", last AS "Provider Last Name (Legal Name)", first AS "Provider First Name", middle AS "Provider Middle Name",
    CASE WHEN draw(i, 40) < 0.5 THEN 'DR' END AS "Provider Name Prefix Text", suffix AS "Provider Name Suffix Text", credential AS "Provider Credential Text",
    CASE WHEN married_last IS NOT NULL AND draw(i, 41) < 0.5 THEN born_last END AS "Provider Other Last Name",
    CASE WHEN married_last IS NOT NULL AND draw(i, 41) < 0.5 THEN first END AS "Provider Other First Name",
    NULL AS "Provider Other Middle Name", NULL AS "Provider Other Name Prefix Text", NULL AS "Provider Other Name Suffix Text", NULL AS "Provider Other Credential Text",
    city AS "Provider Business Practice Location Address City Name", state AS "Provider Business Practice Location Address State Name",
    zip AS "Provider Business Practice Location Address Postal Code", 'US' AS "Provider Business Practice Location Address Country Code (If outside U.S.)",
    strftime(updated, '%-m/%-d/%Y') AS "Last Update Date", sex AS "Provider Sex Code", left(taxonomy, 25) AS "Healthcare Provider Taxonomy Code_1", street AS "Full Street Address",
  FROM clinician ORDER BY taxonomy, npi
) TO (getvariable('public') || '/nppes_individuals.csv') (HEADER);

COPY (
  WITH address AS (
    SELECT i, 1 AS part, city, state, zip, street FROM clinician
    UNION ALL SELECT i, 2, second_city, second_state, second_zip, second_street FROM clinician WHERE addresses = 2
  )
  SELECT
    npi AS "NPI",
    -- Whoever married may be listed by the name before.
    CASE WHEN married_last IS NOT NULL AND draw(i, 50) < 0.15 THEN born_last ELSE last END AS "Provider Last Name",
    CASE WHEN draw(i, 51) < 0.01 THEN coalesce(short, first) ELSE first END AS "Provider First Name",
    CASE WHEN draw(i, 52) < 0.5 THEN left(middle, 1) ELSE middle END AS "Provider Middle Name", suffix AS suff, sex AS gndr,
    CASE WHEN credential IN ('MD', 'DO', 'OD', 'DPM', 'PA', 'NP') THEN credential END AS "Cred", cms_specialty AS pri_spec,
    CASE WHEN draw(i, 53) < 0.06 THEN 'Y' END AS ln_2_sprs, a.city AS "City/Town", a.state AS "State", a.zip AS "ZIP Code",
    a.state || lpad((i * 31 + part)::VARCHAR, 9, '0') || left(a.city, 4) || 'XX' || (300 + part) AS adrs_id,
    CASE WHEN draw(i * 2 + part, 54) >= 0.003 THEN a.street END AS "Full Street Address",
  FROM address AS a JOIN clinician USING (i) LEFT JOIN short_name ON name = first
  ORDER BY draw(i * 2 + part, 55)
) TO (getvariable('public') || '/cms_clinicians.csv') (HEADER);
