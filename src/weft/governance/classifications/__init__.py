"""What governance decides of classifications: the set that is published, and what is declassified."""

from weft.governance.classifications.declassifying import Desk
from weft.governance.classifications.publishing import publish

__all__ = ["Desk", "publish"]
