-- title: Every product names the people who own it, and a way to reach them
-- severity: error
-- scope: *
-- owner: governance
--
-- Nobody can trust data that nobody answers for. A product's own manifest may say it, or its domain for all of its products:
-- a team with members, and at least one channel of support.
SELECT p.product AS subject,
       p.product || ' names nobody who owns it' AS message,
       'Add team.members to its product.odps.yaml, or to domain.yaml for all products of the domain.' AS mend
FROM mesh.products AS p
WHERE NOT EXISTS (
    FROM mesh.team_members AS m
    WHERE m.contract_id IS NULL AND (m.product = p.product OR (m.product IS NULL AND m.domain = p.domain))
)
UNION ALL
SELECT p.product,
       p.product || ' says no way to reach its people',
       'Add a channel under support of its product.odps.yaml, or of domain.yaml for all products of the domain.'
FROM mesh.products AS p
WHERE NOT EXISTS (
    FROM mesh.support AS s
    WHERE s.product = p.product OR (s.product IS NULL AND s.domain = p.domain)
)
