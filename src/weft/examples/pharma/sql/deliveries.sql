-- What arrives in files of its own, with the faults of `faults.py` in it.
CREATE TABLE delivered AS
SELECT
  week, 0 AS version, npi, ndc, trx, trx * CASE WHEN ndc = '99006-0602-84' AND week >= getvariable('unit_week') THEN 1 ELSE tablets_in_pack END AS units,
FROM prescription JOIN clinician USING (npi)
WHERE NOT (state = 'FL' AND week = getvariable('gap_week'));
INSERT INTO delivered
SELECT week, 1, npi, ndc, greatest(1, trx + CASE WHEN draw(prescription.i, 170 + k) < 0.04 THEN 1 + floor(3 * draw(prescription.i, 171 + k))::INT ELSE 0 END) AS restated,
  restated * CASE WHEN ndc = '99006-0602-84' AND week >= getvariable('unit_week') THEN 1 ELSE tablets_in_pack END
FROM prescription WHERE list_contains(getvariable('restated_weeks'), week) AND draw(i, 172 + k) >= 0.002;
CREATE TABLE said_call AS
SELECT call_id, strftime(called_on, '%Y-%m-%d') AS called_on, representative, crm_id, ndc, minutes, message, samples, called_on AS of FROM call;
UPDATE said_call SET called_on = '2026-02-30' WHERE of = getvariable('impossible_day')::DATE AND (minutes >= 8 OR call_id = (SELECT min(c.call_id) FROM call AS c WHERE c.called_on = getvariable('impossible_day')::DATE));
CREATE TABLE said_message AS
SELECT message_id, kind, crm_id, happened_at, campaign, date_trunc('hour', happened_at) AS of FROM message
WHERE NOT happened_at BETWEEN getvariable('outage')::TIMESTAMP AND getvariable('outage')::TIMESTAMP + INTERVAL 9 HOUR AND happened_at < getvariable('ends')::DATE + 1;
INSERT INTO said_message
SELECT message_id, kind, crm_id, happened_at, campaign, of + INTERVAL 1 HOUR FROM said_message WHERE kind = 'send' AND of::DATE = getvariable('double_day')::DATE AND of < getvariable('double_day')::DATE + INTERVAL 22 HOUR;
