"""How well core data is matched, and how fast: through the declarations that a team writes, on clusters as they are published."""
