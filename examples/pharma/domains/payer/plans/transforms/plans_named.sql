-- UTF-8 that was once read as the alphabet of an old Macintosh, back to what it said; the contract refuses what is left.
SELECT
    * EXCLUDE (plan_name),
    replace(replace(replace(replace(replace(replace(replace(plan_name,
        '√ì', 'Ó'), '√°', 'á'), '√©', 'é'), '√≠', 'í'), '√≥', 'ó'), '√±', 'ñ'), '¬Æ', '®') AS plan_name
FROM plan_file
