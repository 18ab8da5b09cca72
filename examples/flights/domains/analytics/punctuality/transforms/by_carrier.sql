SELECT
    carriers.code                              AS carrier,
    carriers.name,
    count(*)                                   AS flights,
    sum(is_cancelled)                          AS cancelled,
    round(100 * avg(is_cancelled), 2)          AS cancelled_percent,
    round(avg(departure_delay_minutes), 2)     AS mean_departure_delay,
    round(avg(arrival_delay_minutes), 2)       AS mean_arrival_delay,
    round(100 * avg(is_late), 2)               AS late_percent
FROM legs
JOIN directory.carriers AS carriers ON carriers.code = legs.carrier
GROUP BY carriers.code, carriers.name
ORDER BY carrier
