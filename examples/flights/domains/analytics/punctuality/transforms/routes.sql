-- A route that is flown less than twice a week says little: it is listed, and has no rank.
SELECT
    origin,
    destination,
    airports.name                              AS destination_name,
    count(*)                                   AS flights,
    sum(is_cancelled)                          AS cancelled,
    round(100 * avg(is_cancelled), 2)          AS cancelled_percent,
    round(avg(departure_delay_minutes), 2)     AS mean_departure_delay,
    round(avg(arrival_delay_minutes), 2)       AS mean_arrival_delay,
    round(100 * avg(is_late), 2)               AS late_percent,
    CASE
        WHEN count(arrival_delay_minutes) >= 100
        THEN rank() OVER (
            PARTITION BY count(arrival_delay_minutes) >= 100
            ORDER BY avg(arrival_delay_minutes) DESC
        )
    END                                        AS rank_from_worst
FROM legs
LEFT JOIN directory.airports AS airports ON airports.code = legs.destination
GROUP BY origin, destination, airports.name
ORDER BY rank_from_worst NULLS LAST, origin, destination
