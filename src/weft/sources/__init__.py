"""What comes from outside the mesh, named by a source contract: how it looks now, its arrival as Parquet, and a first sight of a file.

Names are handed on when asked for, so that a plan over unchanged files imports no driver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weft.sources.arrival import Arrival as Arrival
    from weft.sources.arrival import Request as Request
    from weft.sources.arrival import arrive as arrive
    from weft.sources.findings import ArrivalFault as ArrivalFault
    from weft.sources.laying_out import LaidOut as LaidOut
    from weft.sources.laying_out import laid_out as laid_out
    from weft.sources.looking import state as state
    from weft.sources.sniffing import Sniffed as Sniffed
    from weft.sources.sniffing import SniffedColumn as SniffedColumn
    from weft.sources.sniffing import sniff as sniff

_HOME = {
    "Arrival": "weft.sources.arrival",
    "Request": "weft.sources.arrival",
    "arrive": "weft.sources.arrival",
    "ArrivalFault": "weft.sources.findings",
    "LaidOut": "weft.sources.laying_out",
    "Sniffed": "weft.sources.sniffing",
    "SniffedColumn": "weft.sources.sniffing",
    "laid_out": "weft.sources.laying_out",
    "sniff": "weft.sources.sniffing",
    "state": "weft.sources.looking",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(_HOME[name]), name)
