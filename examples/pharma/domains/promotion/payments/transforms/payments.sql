SELECT record_id, crosswalk.hcp_id, paid_on, maker, brand, nature, amount
FROM disclosed.payments AS payments
LEFT JOIN hcp.hcp_crosswalk AS crosswalk
  ON crosswalk.source = 'open_payments' AND crosswalk.source_id = payments.profile_id::VARCHAR
