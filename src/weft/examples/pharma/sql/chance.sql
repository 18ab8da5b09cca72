-- A number from 0 to under 1 that depends on nothing but the seed, a row's number and what it is drawn for: the same on every machine.
CREATE MACRO stirred(x) AS xor(x & 4294967295, (x & 4294967295) >> 16) * 73244475 & 4294967295;
CREATE MACRO draw(i, what) AS (xor(stirred(stirred(i * 2654435 + what * 40503 + getvariable('seed') * 7919 + 12345)), what * 65599 & 4294967295) * 73244475 & 4294967295) / 4294967296.0;
-- One of a list; what stands first in it is drawn more often.
CREATE MACRO one_of(list, i, what) AS list[1 + floor(len(list) * pow(draw(i, what), 1.6))::INT];
CREATE MACRO evenly_of(list, i, what) AS list[1 + floor(len(list) * draw(i, what))::INT];
-- Source: CMS, "Requirements for NPI and its check digit": Luhn over 80840 and nine digits.
CREATE MACRO doubled(digit) AS CASE WHEN digit > 4 THEN digit * 2 - 9 ELSE digit * 2 END;
CREATE MACRO digit_of(nine, place) AS substr(nine::VARCHAR, place, 1)::INT;
CREATE MACRO luhn_of(nine) AS (10 - (24 + doubled(digit_of(nine, 1)) + digit_of(nine, 2) + doubled(digit_of(nine, 3)) + digit_of(nine, 4)
  + doubled(digit_of(nine, 5)) + digit_of(nine, 6) + doubled(digit_of(nine, 7)) + digit_of(nine, 8) + doubled(digit_of(nine, 9))) % 10) % 10;
CREATE MACRO npi_of(i) AS (100000000 + (i * 7368787 + getvariable('seed') * 977) % 99999989) * 10
  + luhn_of(100000000 + (i * 7368787 + getvariable('seed') * 977) % 99999989);
