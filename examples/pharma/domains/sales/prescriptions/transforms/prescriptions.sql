-- The newest version of a week holds all of it: what it leaves out was withdrawn.
WITH newest AS (
    SELECT * FROM delivered
    QUALIFY version = max(version) OVER (PARTITION BY week)
)
SELECT
    newest.week,
    newest.npi,
    newest.ndc,
    prescribers.hcp_id,
    newest.trx,
    newest.units * counted.tablets_in_unit AS tablets
FROM newest
JOIN catalog.units AS counted
  ON counted.ndc = newest.ndc AND newest.week >= counted.since AND newest.week < counted.until
LEFT JOIN alignment.prescribers AS prescribers ON prescribers.npi = newest.npi
