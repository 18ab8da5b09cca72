"""Personal and confidential data: who can read it now, by what and until when; column by column; and who did read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from weft.names import LineName, domain_of
from weft.query.guarded import Guarded, Guards, Opening, Used, guards, openings, used
from weft.server.asking import Asker
from weft.server.portal.governance.frame import PERSONAL, framed
from weft.server.portal.parts import linked, part

WAYS = ("readers", "columns", "reads")
DAYS = (7, 30, 90)
FEW = 4


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty means all. `table` is a line, `by` one of WAYS."""

    by: str = "readers"
    who: str = ""
    domain: str = ""
    classification: str = ""
    table: str = ""
    sees: str = ""
    days: int = 30
    number: int = 1

    @property
    def said(self) -> dict[str, str]:
        days = str(self.days) if self.by == "reads" else ""
        by = "" if self.by == WAYS[0] else self.by
        return {
            "by": by,
            "who": self.who,
            "domain": self.domain,
            "classification": self.classification,
            "table": self.table,
            "sees": self.sees,
            "days": days,
        }


@dataclass(frozen=True, slots=True)
class Column:
    """One guarded column, whose it is to see clear: the first few, and how many there are."""

    one: Guarded
    clear: tuple[Opening, ...]
    others: int
    masked: int
    whole: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reader sees of one column of one table."""

    column: str
    name: str
    mask: str


def personal(asking: Asker, sought: Sought) -> dict[str, Any]:
    """What `personal.html` asks for: as far as whoever asks may know who reads."""
    library = asking.library
    fence = guards(library)
    seen = Seen(asking)
    everybody = [one for one in openings(library, fence) if seen.knows(one)]
    lately = used(library, fence, sought.days)
    found = _found(everybody, lately, fence, sought)
    shown = part(found, sought.number, linked("/governance/personal", sought.said))
    items = [_column(one, everybody) for one in shown.items] if sought.by == "columns" else shown.items
    values = {
        "trail": [("Governance", "/governance"), ("Personal data", "")],
        "sought": sought,
        "days": DAYS,
        "shown": shown,
        "items": items,
        "cells": _cells(fence, sought.table) if sought.table else {},
        "names": [level.name for level in reversed(fence.rules.levels) if level.mask],
        "domains": sorted(fence.in_domain),
        "guarded": len(fence.strictest_first),
        "tables": len(fence.columns),
        "clear": len({one.reader for one in everybody if one.clear or one.is_whole}),
        "read": len({one.who for one in lately}),
        "sees_all": seen.sees_all,
        "whose": seen.domains,
    }
    return framed(asking, PERSONAL, values)


def _found(everybody: Sequence[Opening], lately: Sequence[Used], fence: Guards, sought: Sought) -> Sequence[Any]:
    match sought.by:
        case "columns":
            return _columns(fence, sought)
        case "reads":
            return _reads(lately, fence, sought)
    return _readers(everybody, fence, sought)


class Seen:
    """Who reads what is told to those who watch over the mesh, of a domain to those who look after it, and of themselves to everybody."""

    def __init__(self, asking: Asker) -> None:
        self._asking = asking
        self.sees_all = asking.may("search audit")
        held = {grant.domain for grant in asking.reader.grants if grant.domain}
        self.domains = tuple(sorted(name for name in held if asking.may("see consumers", name)))

    def knows(self, one: Opening) -> bool:
        return self.sees_all or one.domain in self.domains or one.reader == self._asking.reader.name


def _readers(found: Sequence[Opening], fence: Guards, sought: Sought) -> list[Opening]:
    return [one for one in found if _fits(one, fence, sought)]


def _fits(one: Opening, fence: Guards, sought: Sought) -> bool:
    line = LineName(sought.table)
    return (
        (not sought.who or sought.who.casefold() in one.reader.casefold())
        and (not sought.domain or one.domain == sought.domain)
        and (not sought.table or one.covers(line))
        and (not sought.classification or sought.classification in one.clear_names or one.is_whole)
        and (not sought.sees or (sought.sees == "clear") == bool(one.clear or one.is_whole))
    )


def _columns(fence: Guards, sought: Sought) -> list[Guarded]:
    return [
        one
        for one in fence.strictest_first
        if (not sought.domain or domain_of(one.line) == sought.domain)
        and (not sought.classification or sought.classification in one.names)
        and (not sought.table or one.line == sought.table)
        and (not sought.who or sought.who.casefold() in f"{one.line}.{one.column}")
    ]


def _column(one: Guarded, found: Sequence[Opening]) -> Column:
    there = [reach for reach in found if reach.covers(one.line)]
    clear = [reach for reach in there if reach.cleared.issuperset(one.names)]
    whole = sum(reach.is_whole and reach not in clear for reach in there)
    return Column(one, tuple(clear[:FEW]), max(len(clear) - FEW, 0), len(there) - len(clear) - whole, whole)


def _reads(found: Sequence[Used], fence: Guards, sought: Sought) -> list[Used]:
    return [
        one
        for one in found
        if (not sought.who or sought.who.casefold() in one.who.casefold())
        and (not sought.domain or domain_of(one.line) == sought.domain)
        and (not sought.table or one.line == sought.table)
        and (not sought.classification or any(sought.classification in fence.columns[one.line][c] for c in one.columns))
    ]


def _cells(fence: Guards, table: str) -> dict[str, tuple[str, ...]]:
    """The guarded columns of the table that is looked at, with their classifications."""
    return dict(fence.columns.get(LineName(table), {}))
