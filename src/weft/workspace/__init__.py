"""From folders to the mesh as one value, and from a wish to the folders of a new domain or product."""

from __future__ import annotations

from weft.workspace.load import Loaded, load
from weft.workspace.root import find_root, read_settings

__all__ = ["Loaded", "find_root", "load", "read_settings"]
