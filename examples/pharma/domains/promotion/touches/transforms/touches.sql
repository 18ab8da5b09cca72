WITH met AS (
    SELECT week, hcp_id, 'call' AS kind, samples FROM calls.calls
    UNION ALL
    SELECT week, hcp_id, kind, 0 FROM npp
)
SELECT
    week,
    hcp_id,
    count(*) FILTER (kind = 'call')                    AS calls,
    sum(samples)::BIGINT                               AS samples,
    count(*) FILTER (kind = 'send')                    AS sends,
    count(*) FILTER (kind = 'open')                    AS opens,
    count(*) FILTER (kind = 'click')                   AS clicks,
    count(*) FILTER (kind = 'visit')                   AS visits,
    bool_or(kind <> 'send')                            AS reached
FROM met
WHERE hcp_id IS NOT NULL
GROUP BY week, hcp_id
