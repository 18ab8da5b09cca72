SELECT id, buyer AS email, paid_at AS ordered_at FROM till
