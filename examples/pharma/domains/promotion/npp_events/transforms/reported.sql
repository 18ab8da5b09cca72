SELECT
    message_id,
    kind,
    batch,
    crm_id,
    happened_at,
    (date_trunc('week', happened_at) + INTERVAL 6 DAY)::DATE AS week,
    campaign
FROM files
