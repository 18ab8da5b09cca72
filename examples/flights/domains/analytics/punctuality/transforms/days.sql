SELECT
    origin                       AS airport,
    flight_date                  AS day,
    count(*)                     AS flights,
    sum(is_cancelled)            AS cancelled,
    avg(departure_delay_minutes) AS mean_departure_delay
FROM legs
GROUP BY origin, flight_date
ORDER BY origin, flight_date
