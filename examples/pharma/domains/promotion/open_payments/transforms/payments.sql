SELECT record_id, profile_id, paid_on, maker, amount, nature, form, brand FROM payments_file
