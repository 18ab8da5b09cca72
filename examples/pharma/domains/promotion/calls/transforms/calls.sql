SELECT
    call_id,
    week,
    called_on::DATE AS called_on,
    hcp_id,
    representative,
    ndc,
    message,
    minutes,
    samples
FROM reported
LEFT JOIN targets USING (crm_id)
WHERE week IS NOT NULL
