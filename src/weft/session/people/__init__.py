"""Who may come in, and as what: accounts, roles, sessions and tokens, joined from the registry and the identity room."""

from weft.session.people.doorkeeper import Doorkeeper, Entered, seen_as

__all__ = ["Doorkeeper", "Entered", "seen_as"]
