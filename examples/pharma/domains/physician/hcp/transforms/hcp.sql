SELECT 'HCP-' || npi AS hcp_id, npi, last_name, first_name, state, zip FROM individuals
UNION ALL
SELECT 'HCP-' || crm_id, NULL, last_name, first_name, state, zip
FROM customers
WHERE npi IS NULL OR npi NOT IN (SELECT npi FROM individuals)
