SELECT
    file.code,
    file.name,
    coalesce(right_one.latitude, file.latitude)   AS latitude,
    coalesce(right_one.longitude, file.longitude) AS longitude,
    file.altitude_feet,
    coalesce(right_one.time_zone, file.time_zone) AS time_zone,
    file.daylight_saving
FROM airport_file AS file
LEFT JOIN corrections AS right_one USING (code)
