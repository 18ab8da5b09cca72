"""The rooms joined for one caller: what Python, the command line and the server all stand on."""

from weft.session.session import Choice, Planned, Session, open_session

__all__ = ["Choice", "Planned", "Session", "open_session"]
