WITH sold AS (
    SELECT
        week,
        territory,
        coalesce(sum(trx) FILTER (is_ours), 0)::BIGINT      AS trx,
        sum(trx)::BIGINT                                    AS market_trx,
        coalesce(sum(writers) FILTER (is_ours), 0)::BIGINT  AS writers
    FROM market
    JOIN catalog.products USING (ndc)
    GROUP BY week, territory
),
begun AS (
    SELECT week, territory, count(*) AS new_writers, sum(trx)::BIGINT AS new_writer_trx
    FROM new_writers
    GROUP BY week, territory
),
aimed AS (
    SELECT DISTINCT hcp_id, territory FROM targets JOIN alignment.hcps USING (hcp_id)
),
met AS (
    SELECT week, territory, count(*) FILTER (reached) AS reached, sum(calls + opens + visits)::BIGINT AS contacts
    FROM touches
    JOIN aimed USING (hcp_id)
    GROUP BY week, territory
),
targeted AS (
    SELECT territory, count(*) AS targets FROM aimed GROUP BY territory
)
SELECT
    sold.week,
    sold.territory,
    sold.trx,
    sold.market_trx,
    100.0 * sold.trx / sold.market_trx                           AS share_percent,
    sold.writers,
    coalesce(begun.new_writers, 0)                               AS new_writers,
    coalesce(begun.new_writer_trx, 0)                            AS new_writer_trx,
    coalesce(targeted.targets, 0)                                AS targets,
    coalesce(met.reached, 0)                                     AS reached,
    coalesce(met.contacts, 0)                                    AS contacts,
    100.0 * coalesce(met.reached, 0) / nullif(targeted.targets, 0) AS reach_percent,
    met.contacts / nullif(met.reached, 0)                        AS frequency
FROM sold
LEFT JOIN begun ON begun.week = sold.week AND begun.territory = sold.territory
LEFT JOIN met ON met.week = sold.week AND met.territory = sold.territory
LEFT JOIN targeted ON targeted.territory = sold.territory
