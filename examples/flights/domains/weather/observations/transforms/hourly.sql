SELECT
    origin    AS airport,
    time_hour AS hour,
    temp      AS temperature_f,
    dewp      AS dew_point_f,
    humid     AS humidity_percent,
    wind_dir  AS wind_direction_degrees,
    CASE WHEN wind_speed <= 150 THEN wind_speed END AS wind_mph,
    wind_gust AS gust_mph,
    precip    AS precipitation_inches,
    pressure  AS pressure_millibars,
    visib     AS visibility_miles,
    CASE
        WHEN precip > 0 AND temp <= 32 THEN 'snow'
        WHEN precip > 0                THEN 'rain'
        WHEN visib < 3                 THEN 'low visibility'
        WHEN wind_mph > 20             THEN 'windy'
        ELSE 'fair'
    END AS condition
FROM station_file
