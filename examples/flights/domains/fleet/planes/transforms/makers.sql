-- One name for each maker; whoever is not here is a private person, and stays unnamed.
SELECT * FROM (VALUES
    ('AIRBUS', 'Airbus'), ('AIRBUS INDUSTRIE', 'Airbus'),
    ('BOEING', 'Boeing'),
    ('BOMBARDIER INC', 'Bombardier'), ('CANADAIR', 'Bombardier'), ('CANADAIR LTD', 'Bombardier'),
    ('EMBRAER', 'Embraer'),
    ('DOUGLAS', 'McDonnell Douglas'), ('MCDONNELL DOUGLAS', 'McDonnell Douglas'),
    ('MCDONNELL DOUGLAS AIRCRAFT CO', 'McDonnell Douglas'), ('MCDONNELL DOUGLAS CORPORATION', 'McDonnell Douglas'),
    ('AGUSTA SPA', 'Agusta'), ('AVIAT AIRCRAFT INC', 'Aviat'), ('AVIONS MARCEL DASSAULT', 'Dassault'),
    ('BEECH', 'Beechcraft'), ('BELL', 'Bell'),
    ('CESSNA', 'Cessna'), ('CIRRUS DESIGN CORP', 'Cirrus'), ('DEHAVILLAND', 'De Havilland'),
    ('GULFSTREAM AEROSPACE', 'Gulfstream'), ('LEARJET INC', 'Learjet'), ('PIPER', 'Piper'),
    ('ROBINSON HELICOPTER CO', 'Robinson'), ('SIKORSKY', 'Sikorsky')
) AS known (manufacturer, maker)
