-- What is sold, to whom it is told, and by whom: small files that are a thing in themselves.
CREATE TABLE product AS
SELECT * FROM (VALUES
  (1, '99001-0101-30', 'ZELVANTA', 'Our company', 30, 0.00, TRUE), (2, '99002-0210-30', 'CORVIMET', 'Maker A', 30, 0.34, FALSE), (3, '99003-0315-28', 'GLYNARA', 'Maker F', 28, 0.24, FALSE),
  (4, '99004-0420-30', 'SUDAPRIN', 'Maker K', 30, 0.18, FALSE), (5, '99005-0505-30', 'TENVIDA', 'Maker P', 30, 0.14, FALSE), (6, '99006-0602-84', 'OMELIXA', 'Maker U', 84, 0.10, FALSE)
) AS p(number, ndc, brand, maker, tablets_in_pack, share, is_ours);
COPY (SELECT ndc, brand, maker, tablets_in_pack, is_ours FROM product ORDER BY number) TO (getvariable('company') || '/products.csv') (HEADER);
COPY (SELECT code, upper(left(nppes, 1)) || lower(substr(nppes, 2)) AS specialty, nppes AS taxonomy, cms AS medicare_specialty,
  CASE WHEN prescribes >= 1.5 THEN 'target' WHEN prescribes >= 0.8 THEN 'reach' ELSE 'other' END AS segment FROM specialty ORDER BY code) TO (getvariable('company') || '/specialties.csv') (HEADER);
CREATE TABLE territory AS
SELECT zip AS zip3, state, 'T' || lpad((dense_rank() OVER (ORDER BY state))::VARCHAR, 2, '0') AS territory, 'R' || lpad(number::VARCHAR, 3, '0') AS representative FROM place;
COPY (FROM territory ORDER BY zip3) TO (getvariable('company') || '/territories.csv') (HEADER);
