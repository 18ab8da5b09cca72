"""The company that launches a product: its data, seeded, in the public layouts, with the faults of real life."""

from weft.examples.pharma.faults import Calendar, Planted, planted
from weft.examples.pharma.generator import PUBLIC_FILES, Amount, generate

__all__ = ["PUBLIC_FILES", "Amount", "Calendar", "Planted", "generate", "planted"]
