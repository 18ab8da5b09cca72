"""What a query means in one form: two texts that say the same, say it here in the same words."""

from weft.sql.normal.forms import Normal, Unclear
from weft.sql.normal.queries import normal

__all__ = ["Normal", "Unclear", "normal"]
"""`Unclear` is raised for what has no such form (PIVOT), or would be too large in it."""
