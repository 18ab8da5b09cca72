"""People and services at the end of a lineage: who asks for what was reached, or may, as far as whoever looks may know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weft.access.reader import names_product
from weft.names import LineName, label_of
from weft.query.facts import among, only, rows_of
from weft.query.origins import OUTSIDE
from weft.query.reach import Reach
from weft.server.portal.rendering import plural

MOST_LINES = 400
MOST_READERS = 40


@dataclass(frozen=True, slots=True)
class Reads:
    """`lines` are those that somebody reads."""

    who: str
    said: str
    lines: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"reader:{self.who}"


def readers_of(reach: Reach) -> Sequence[Reads]:
    """Of a column those that asked for it, else all that asked or have an agreement; the most frequent first."""
    lines = [id for id in reach.tables if not id.startswith(OUTSIDE)]
    if len(lines) > MOST_LINES:
        return ()
    times: dict[str, int] = {}
    read: dict[str, dict[str, None]] = {}
    for line, who, count in _asked(reach, lines):
        times[who] = times.get(who, 0) + count
        read.setdefault(who, {})[line] = None
    for line, who in () if reach.is_of_column else _agreed(reach, lines):
        times.setdefault(who, 0)
        read.setdefault(who, {})[line] = None
    ranked = sorted(times, key=lambda who: (-times[who], who))[:MOST_READERS]
    return tuple(
        Reads(who, f"asked {plural(times[who], 'time')}" if times[who] else "by an agreement", tuple(read[who]))
        for who in ranked
    )


def _asked(reach: Reach, lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    wanted: dict[str, set[str]] = {}
    for column in reach.columns:
        wanted.setdefault(reach.table_of(column), set()).add(reach.name_of(column))
    found = reach.facts.relation("consumers", only("line_name", lines))
    for line, kind, who, count, columns in rows_of(found, "line_name", "kind", "consumer", "times", "columns"):
        if kind == "person" and (not wanted or wanted[line] & set(columns)):
            yield line, who, count or 0


def _agreed(reach: Reach, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    granted = among(reach.facts.relation("agreements"), "state", ["granted"])
    known = set(lines)
    for product, port, label, reader in rows_of(granted, "product", "port", "line", "reader"):
        owned = reach.facts.mesh.products.get(product)
        if owned is None or names_product(reader):
            continue
        for own, contract, table in owned.promises:
            line = owned.line(table.name, contract.line)
            if own.name == port and label == label_of(LineName(line)) and line in known:
                yield line, reader
