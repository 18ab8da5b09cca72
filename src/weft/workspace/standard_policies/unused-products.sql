-- title: No product stays without a consumer
-- severity: warning
-- scope: *
-- owner: governance
-- parameters: days = 90
--
-- A product that nobody reads costs its keepers and serves no one. It is read where another product has it as an input, where somebody
-- holds an agreement on it, or where somebody asked for its rows in these days; the query log has to be kept for as long
-- (`query_log.days` in mesh.yaml).
WITH began AS (SELECT product, min(published_at) AS first_at FROM mesh.publishes GROUP BY product),
reading AS (
    SELECT c.product
    FROM mesh.consumers AS c, parameters
    WHERE c.kind = 'product' OR c.last_read_at >= now() - to_days(days)
    UNION ALL
    SELECT a.product FROM mesh.agreements AS a WHERE a.state = 'granted'
)
SELECT p.product AS subject,
       p.product || ' has had no consumer for ' || days || ' days' AS message,
       'Find out who needs it, or retire it: `weft show ' || p.product || '` lists its consumers.' AS mend
FROM mesh.products AS p
JOIN began USING (product), parameters
WHERE first_at < now() - to_days(days) AND p.product NOT IN (SELECT product FROM reading)
