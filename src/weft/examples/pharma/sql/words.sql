-- What everybody is made of: specialties, and the short forms of first names.
CREATE TABLE specialty AS
SELECT *, sum(share) OVER (ORDER BY code) / sum(share) OVER () AS up_to FROM read_csv(getvariable('words') || '/specialties.csv', types = {'code': 'VARCHAR'});
CREATE TABLE short_name AS SELECT upper(name) AS name, upper(short) AS short FROM read_csv(getvariable('words') || '/short.csv');
