SELECT
    CASE
        WHEN built IS NULL                     THEN 'unknown'
        WHEN year(flight_date) - built <= 5    THEN 'up to 5 years'
        WHEN year(flight_date) - built <= 15   THEN '6 to 15 years'
        ELSE 'over 15 years'
    END                                        AS age,
    count(*)                                   AS flights,
    sum(is_cancelled)                          AS cancelled,
    round(100 * avg(is_cancelled), 2)          AS cancelled_percent,
    round(avg(departure_delay_minutes), 2)     AS mean_departure_delay,
    round(avg(arrival_delay_minutes), 2)       AS mean_arrival_delay,
    round(100 * avg(is_late), 2)               AS late_percent
FROM legs
GROUP BY age
ORDER BY age
