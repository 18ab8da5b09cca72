SELECT
    tail_number,
    planes.tail_number IS NOT NULL               AS is_registered,
    any_value(maker)                             AS maker,
    any_value(built)                             AS built,
    any_value(seats)                             AS seats,
    count(*)                                     AS flights,
    round(sum(air_minutes) / 60.0, 1)            AS hours_in_the_air,
    sum(distance_miles)                          AS miles,
    min(flight_date)                             AS first_flight,
    max(flight_date)                             AS last_flight
FROM departures
LEFT JOIN planes USING (tail_number)
WHERE status <> 'cancelled'
GROUP BY tail_number, planes.tail_number
ORDER BY tail_number
