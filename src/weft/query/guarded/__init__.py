"""Who can read what a mesh guards, right now, and who did: personal and confidential columns, and everybody whom something opens them to."""

from weft.query.guarded.guards import Guarded, Guards, guards
from weft.query.guarded.opening import Opening, openings
from weft.query.guarded.used import Used, used

__all__ = ["Guarded", "Guards", "Opening", "Used", "guards", "openings", "used"]
