"""The audit trail as proof: signed heads kept outside the registry, what verifies it, and what a regulator is handed."""
