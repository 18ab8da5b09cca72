SELECT
    call_id,
    called_on,
    (date_trunc('week', try_cast(called_on AS DATE)) + INTERVAL 6 DAY)::DATE AS week,
    representative,
    crm_id,
    ndc,
    minutes,
    message,
    samples
FROM files
