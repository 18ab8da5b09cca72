-- Where the file has a position wrong: a lost sign (DVT, MYF), latitude and longitude swapped (EEN).
SELECT * FROM (VALUES
    ('DVT', 33.4117,   -112.457,   'America/Phoenix'),
    ('MYF', 32.4759,   -117.759,   'America/Los_Angeles'),
    ('EEN', 42.898333, -72.270833, 'America/New_York')
) AS corrected (code, latitude, longitude, time_zone)
