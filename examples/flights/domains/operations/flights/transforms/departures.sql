-- Times come from schedule and delay: the file's own clock says 2400 for midnight, and no date.
SELECT
    make_date(year, month, day)               AS flight_date,
    carrier,
    flight                                    AS flight_number,
    origin,
    dest                                      AS destination,
    tailnum                                   AS tail_number,
    time_hour + to_minutes(minute)            AS scheduled_departure,
    time_hour                                 AS scheduled_hour,
    hour                                      AS local_hour,
    scheduled_departure + to_minutes(dep_delay) AS departure,
    dep_delay                                 AS departure_delay_minutes,
    arr_delay                                 AS arrival_delay_minutes,
    air_time                                  AS air_minutes,
    distance                                  AS distance_miles,
    CASE
        WHEN dep_time IS NULL  THEN 'cancelled'
        WHEN arr_delay IS NULL THEN 'diverted'
        ELSE 'flown'
    END AS status
FROM reported_flights
