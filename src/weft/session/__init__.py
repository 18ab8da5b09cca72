"""The rooms joined for one caller: what Python, the command line and the server all stand on."""

from weft.session.planned import Choice, Planned
from weft.session.session import Session, open_session

__all__ = ["Choice", "Planned", "Session", "open_session"]
