"""Example data that is made, not shipped: seeded, so that everybody has the same."""
