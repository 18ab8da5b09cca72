-- Open Payments: what makers paid to doctors. It has no NPI; the doctors come in a file of their own, and its profile ids are nobody else's.
CREATE TABLE paid_doctor AS
SELECT
  i, npi, 1000 + i * 17 % 199999 + i * 200000 AS profile, first, last, street, city, state_name, zip, payments_specialty, prescribes, size,
FROM clinician WHERE credential IN ('MD', 'DO', 'OD', 'DPM') AND draw(i, 100) < 0.45;

CREATE TABLE payment AS
SELECT
  d.profile AS "Physician_Profile_ID",
  'Maker ' || chr((65 + (k * 7 + i) % 26)::INT) || ' ' || one_of(['Pharmaceuticals, Inc.', 'Therapeutics LLC', 'Medical, Inc.', 'Corporation'], (k * 7 + i) % 26, 101) AS "Applicable_Manufacturer_or_Applicable_GPO_Making_Payment_Name",
  evenly_of(['NJ', 'NY', 'CA', 'MA', 'IL', 'PA'], (k * 7 + i) % 26, 102) AS "Applicable_Manufacturer_or_Applicable_GPO_Making_Payment_State",
  100000000000 + (k * 7 + i) % 26 * 53 AS "Applicable_Manufacturer_or_Applicable_GPO_Making_Payment_ID",
  round(CASE WHEN draw(i * 64 + k, 103) < 0.85 THEN 8 + 30 * draw(i * 64 + k, 104) ELSE 200 + 4000 * pow(draw(i * 64 + k, 105), 3) END, 2)::DECIMAL(12, 2) AS "Total_Amount_of_Payment_USDollars",
  strftime(getvariable('ends')::DATE - 180 - floor(730 * draw(i * 64 + k, 106))::INT, '%m/%d/%Y') AS "Date_of_Payment",
  CASE WHEN draw(i * 64 + k, 103) < 0.85 THEN 'In-kind items and services' ELSE 'Cash or cash equivalent' END AS "Form_of_Payment_or_Transfer_of_Value",
  100000000 + i * 64 + k AS "Record_ID",
  CASE WHEN draw(i * 64 + k, 103) < 0.85 THEN 'Food and Beverage' ELSE one_of(['Consulting Fee', 'Travel and Lodging', 'Education', 'Honoraria', 'Research'], i * 64 + k, 107) END AS "Nature_of_Payment_or_Transfer_of_Value",
  NULL AS "Name_of_Third_Party_Entity_Receiving_Payment_or_Transfer_of_Value",
  CASE WHEN draw(i * 64 + k, 108) < 0.76 THEN (SELECT list(brand ORDER BY number) FROM product)[1 + floor(6 * draw(i * 64 + k, 109))::INT] END AS "Name_of_Associated_Covered_Drug_or_Biological1",
  NULL AS "Name_of_Associated_Covered_Drug_or_Biological2",
  NULL AS "Contextual_Information",
FROM paid_doctor AS d, range(0, 64) AS r(k) WHERE k < 1 + d.prescribes * d.size * 3 AND draw(i * 64 + k, 110) < 0.8;

COPY (FROM payment ORDER BY "Physician_Profile_ID", "Record_ID") TO (getvariable('public') || '/open_payments_general_ia.csv') (HEADER);
COPY (
  SELECT
    CASE WHEN draw(i, 111) < 0.8 THEN d.first ELSE upper(left(d.first, 1)) || lower(substr(d.first, 2)) END AS fn,
    CASE WHEN draw(i, 111) < 0.8 THEN d.last ELSE upper(left(d.last, 1)) || lower(substr(d.last, 2)) END AS ln,
    d.street AS add, d.city, CASE WHEN draw(i, 112) < 0.4 THEN d.zip || '-' || lpad(floor(9999 * draw(i, 113))::INT::VARCHAR, 4, '0') ELSE d.zip END AS zip, d.state_name AS st,
    d.payments_specialty AS spec, d.profile AS id, sum(p."Total_Amount_of_Payment_USDollars")::DOUBLE AS d, count(*) AS g, 0 AS r,
    round(30 + 15 * draw(i, 114), 2) AS lat, round(-120 + 45 * draw(i, 115), 2) AS long,
  FROM paid_doctor AS d JOIN payment AS p ON p."Physician_Profile_ID" = d.profile
  GROUP BY ALL ORDER BY d.profile
) TO (getvariable('public') || '/open_payments_doctors_geo_cr_line_ends.csv') (HEADER);
