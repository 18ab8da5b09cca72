-- What the platform reports twice happened once; the first report counts.
WITH counted AS (
    SELECT * FROM reported
    QUALIFY row_number() OVER (PARTITION BY week, message_id, kind ORDER BY batch) = 1
)
SELECT message_id, kind, week, happened_at, hcp_id, campaign
FROM counted
LEFT JOIN targets USING (crm_id)
