-- Specialties in the words of CMS, where our list knows what the registry's cut off words begin.
SELECT
    individuals.*,
    coalesce((SELECT min(medicare_specialty) FROM specialties WHERE starts_with(specialties.taxonomy, individuals.taxonomy)), taxonomy) AS specialty
FROM individuals
