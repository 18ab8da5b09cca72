SELECT
    week,
    territory,
    ndc,
    sum(trx)::BIGINT      AS trx,
    sum(tablets)::BIGINT  AS tablets,
    count(DISTINCT hcp_id) AS writers
FROM prescriptions
JOIN alignment.hcps USING (hcp_id)
WHERE territory IS NOT NULL
GROUP BY week, territory, ndc
