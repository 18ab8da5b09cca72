SELECT
    tail_number,
    built,
    kind,
    coalesce(maker, 'Amateur-built') AS maker,
    model,
    engines,
    seats,
    engine
FROM registry_file
LEFT JOIN makers USING (manufacturer)
