-- A plane that no registry knows has as many seats as the known ones of its route and carrier have on average.
SELECT
    origin,
    destination,
    carrier,
    count(*)                                     AS flights,
    round(100.0 * count(seats) / count(*), 1)    AS known_percent,
    round(avg(seats), 1)                         AS mean_seats,
    CAST(round(count(*) * avg(seats)) AS BIGINT) AS seats_offered
FROM departures
LEFT JOIN planes USING (tail_number)
WHERE status <> 'cancelled'
GROUP BY origin, destination, carrier
ORDER BY origin, destination, carrier
