"""SQL that others wrote, computed apart: in a process that reads the files it is named, has limits, and can be ended."""

from weft.engine.apart.asking import Apart, Limits

__all__ = ["Apart", "Limits"]
