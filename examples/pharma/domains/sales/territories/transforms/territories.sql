SELECT territory, state, count(*) AS areas, count(DISTINCT representative) AS representatives
FROM alignment_file
GROUP BY territory, state
