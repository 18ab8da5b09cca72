"""What a table holds: its profile, measured in as few scans as can be, what is untidy in it, and how it scores."""
