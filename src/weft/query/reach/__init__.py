"""Who can read what a mesh guards, right now, and who did: personal and confidential columns, and everybody whom something opens them to."""

from weft.query.reach.guarding import Guarded, Guards, guards
from weft.query.reach.reaching import Reach, reaches
from weft.query.reach.used import Used, used

__all__ = ["Guarded", "Guards", "Reach", "Used", "guards", "reaches", "used"]
