"""What is untidy in a table, and how a table scores: each kind is one function, or one row of data."""

from weft.profile.hygiene.finding import KINDS, findings
from weft.profile.hygiene.of_table import across
from weft.profile.hygiene.scoring import rolled_up, scores

__all__ = ["KINDS", "across", "findings", "rolled_up", "scores"]
