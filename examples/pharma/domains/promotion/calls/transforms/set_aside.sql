SELECT call_id, called_on, representative FROM reported WHERE week IS NULL
