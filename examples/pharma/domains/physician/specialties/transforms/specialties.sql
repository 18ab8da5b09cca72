SELECT code, specialty, taxonomy, medicare_specialty, segment
FROM specialty_file
ORDER BY code
