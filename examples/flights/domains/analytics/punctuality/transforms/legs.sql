-- Each flight with its weather and its plane, as far as they are known: what all tables of this product count.
SELECT
    departures.*,
    coalesce(hourly.condition, 'unknown')         AS condition,
    planes.built,
    CAST(status = 'cancelled' AS INTEGER)         AS is_cancelled,
    CAST(arrival_delay_minutes > 15 AS INTEGER)   AS is_late
FROM departures
LEFT JOIN hourly ON hourly.airport = departures.origin AND hourly.hour = departures.scheduled_hour
LEFT JOIN planes ON planes.tail_number = departures.tail_number
