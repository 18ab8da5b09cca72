"""Who may see what, decided by values alone: nothing here reads a file, a registry or a clock."""

from weft.access.decision import Decision
from weft.access.permissions import PERMISSIONS, Action, allowed
from weft.access.reader import OWNER, Reader
from weft.access.reading import may_read, may_read_unpublished
from weft.access.roles import Grant, Role

__all__ = [
    "OWNER",
    "PERMISSIONS",
    "Action",
    "Decision",
    "Grant",
    "Reader",
    "Role",
    "allowed",
    "may_read",
    "may_read_unpublished",
]
