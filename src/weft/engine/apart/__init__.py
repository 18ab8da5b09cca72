"""SQL that others wrote, computed apart: in processes that read the files they are named, have limits, and can be ended."""

from weft.engine.apart.asking import Apart, Limits
from weft.engine.apart.nursery import QUESTIONS, Child, Nursery

__all__ = ["QUESTIONS", "Apart", "Child", "Limits", "Nursery"]
