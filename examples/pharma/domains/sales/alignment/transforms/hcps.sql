SELECT hcp.hcp_id, areas.territory
FROM hcp.hcp AS hcp
LEFT JOIN territories.areas AS areas ON areas.zip3 = left(hcp.zip, 3)
