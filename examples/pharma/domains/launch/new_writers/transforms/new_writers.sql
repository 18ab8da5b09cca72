-- The first week of each clinician is found over all weeks: a correction of one week can move a clinician into another.
WITH ours AS (
    SELECT hcp_id, week, trx
    FROM prescriptions
    JOIN catalog.products USING (ndc)
    WHERE is_ours AND hcp_id IS NOT NULL
)
SELECT hcp_id, min(week) AS week, any_value(territory) AS territory, sum(trx)::BIGINT AS trx
FROM (FROM ours QUALIFY week = min(week) OVER (PARTITION BY hcp_id))
LEFT JOIN alignment.hcps USING (hcp_id)
GROUP BY hcp_id
