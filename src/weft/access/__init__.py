"""Who may see what, decided by values alone: nothing here reads a file, a registry or a clock."""

from weft.access.decision import Decision
from weft.access.reader import OWNER, Reader
from weft.access.reading import may_read, may_read_unpublished

__all__ = ["OWNER", "Decision", "Reader", "may_read", "may_read_unpublished"]
