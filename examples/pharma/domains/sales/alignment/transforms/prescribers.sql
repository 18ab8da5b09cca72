SELECT source_id AS npi, hcp_id
FROM hcp.hcp_crosswalk
WHERE source = 'nppes'
