SELECT source_id AS crm_id, hcp_id
FROM hcp.hcp_crosswalk
WHERE source = 'crm'
