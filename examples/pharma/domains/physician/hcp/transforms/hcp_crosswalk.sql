SELECT 'nppes' AS source, npi AS source_id, 'HCP-' || npi AS hcp_id FROM individuals
UNION ALL
SELECT 'crm', crm_id, 'HCP-' || coalesce(individuals.npi, crm_id)
FROM customers
LEFT JOIN individuals ON individuals.npi = customers.npi
