SELECT CAST(ordered_at AS DATE) AS day, count(*) AS orders FROM orders GROUP BY ALL
