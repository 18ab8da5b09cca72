-- Everybody as they are: one row for each clinician, from which every source tells a part, well or badly.
CREATE TABLE place AS
SELECT row_number() OVER () AS number, * FROM read_csv(getvariable('words') || '/places.csv', types = {'zip': 'VARCHAR'});
CREATE TABLE street AS SELECT number, name FROM (SELECT row_number() OVER () AS number, unnest(string_split(trim(content), ' ')) AS name FROM read_text(getvariable('words') || '/streets.txt'));

CREATE TABLE clinician AS
WITH word AS (
  SELECT
    (SELECT string_split(trim(upper(content)), ' ') FROM read_text(getvariable('words') || '/last.txt')) AS lasts,
    (SELECT string_split(trim(upper(content)), ' ') FROM read_text(getvariable('words') || '/women.txt')) AS women,
    (SELECT string_split(trim(upper(content)), ' ') FROM read_text(getvariable('words') || '/men.txt')) AS men,
    (SELECT list(name ORDER BY number) FROM street) AS streets,
), person AS (
  SELECT
    i,
    npi_of(i) AS npi,
    CASE WHEN draw(i, 1) < 0.52 THEN 'F' ELSE 'M' END AS sex,
    evenly_of(lasts, i, 2) AS born_last,
    CASE WHEN draw(i, 1) < 0.52 THEN one_of(women, i, 3) ELSE one_of(men, i, 3) END AS first,
    CASE WHEN draw(i, 4) < 0.2 THEN NULL WHEN draw(i, 4) < 0.6 THEN chr(65 + floor(26 * draw(i, 5))::INT)
      WHEN draw(i, 1) < 0.52 THEN one_of(women, i, 6) ELSE one_of(men, i, 6) END AS middle,
    CASE WHEN draw(i, 1) < 0.52 AND draw(i, 7) < 0.12 THEN evenly_of(lasts, i, 8) END AS married_last,
    CASE WHEN draw(i, 1) >= 0.52 AND draw(i, 9) < 0.06 THEN one_of(['JR', 'III', 'SR', 'II'], i, 10) END AS suffix,
    1 + floor((SELECT count(*) FROM place) * draw(i, 11))::INT AS place_number,
    1 + floor((SELECT count(*) FROM place) * draw(i, 12))::INT AS second_place_number,
    CASE WHEN draw(i, 13) < 0.35 THEN 2 ELSE 1 END AS addresses,
    100 + floor(9800 * draw(i, 14))::INT AS house, evenly_of(streets, i, 15) AS street_name, evenly_of(['ST', 'AVE', 'RD', 'BLVD', 'DR'], i, 16) AS street_kind,
    CASE WHEN draw(i, 17) < 0.3 THEN 'STE ' || (100 + floor(800 * draw(i, 18))::INT) END AS suite,
    100 + floor(9800 * draw(i, 19))::INT AS second_house, evenly_of(streets, i, 20) AS second_street_name,
    lpad(floor(100 * draw(i, 21))::INT::VARCHAR, 2, '0') AS zip_end, lpad(floor(100 * draw(i, 22))::INT::VARCHAR, 2, '0') AS second_zip_end,
    lpad(floor(1000 * draw(i, 23))::INT::VARCHAR, 3, '2') || '555' || lpad(floor(10000 * draw(i, 24))::INT::VARCHAR, 4, '0') AS phone,
    DATE '2012-01-01' + floor(4900 * draw(i, 25))::INT AS updated,
    draw(i, 26) AS kind,
    exp(2.2 * draw(i, 27) + 1.1 * draw(i, 28)) AS size,
  FROM range(1, getvariable('clinicians') + 1) AS r(i), word
)
SELECT
  person.* EXCLUDE (kind, place_number, second_place_number),
  coalesce(married_last, born_last) AS last,
  specialty.code AS specialty, specialty.nppes AS taxonomy, specialty.cms AS cms_specialty, specialty.payments AS payments_specialty,
  CASE WHEN specialty.credential = 'MD' AND draw(i, 29) < 0.12 THEN 'DO' ELSE specialty.credential END AS credential, specialty.prescribes,
  home.city, home.state, home.state_name, home.zip || zip_end AS zip,
  house || ' ' || street_name || ' ' || street_kind || coalesce(' ' || suite, '') AS street,
  second.city AS second_city, second.state AS second_state, second.zip || second_zip_end AS second_zip,
  second_house || ' ' || second_street_name || ' ST' AS second_street,
  lower(left(first, 1)) || '.' || lower(regexp_replace(coalesce(married_last, born_last), '[^A-Z]', '', 'g')) || i || '@clinic.example' AS email,
FROM person
JOIN specialty ON kind < specialty.up_to AND kind >= specialty.up_to - specialty.share / (SELECT sum(share) FROM specialty)
JOIN place AS home ON home.number = place_number
JOIN place AS second ON second.number = CASE WHEN draw(i, 30) < 0.4 THEN place_number ELSE second_place_number END;
