SELECT
    sunday::DATE                                      AS week,
    (sunday - INTERVAL 6 DAY)::DATE                   AS starts_on,
    date_trunc('month', sunday)::DATE                 AS month,
    year(sunday) || '-Q' || quarter(sunday)           AS quarter,
    year(sunday)                                      AS year
FROM generate_series(TIMESTAMP '2020-01-05', TIMESTAMP '2030-12-29', INTERVAL 7 DAY) AS sundays (sunday)
