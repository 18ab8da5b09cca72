"""The registry and the store as a domain's checkout reaches them: each method with what it takes to be allowed."""

from weft.server.seams.desk import Desk, desk_of

__all__ = ["Desk", "desk_of"]
