"""Rows as a table, for a terminal and for the README, and as JSON."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.rows import Row

SIDES = ("raw DuckDB", "Weft", "SQLMesh", "dbt")
HEAD = ("what", *SIDES, "promised")
BENCH, CONTRACTS, SERVING, CATALOGUE, PORTAL, PLANTED, PROFILE, PARTED, CORE = (
    "bench",
    "contracts",
    "serving",
    "catalogue",
    "portal",
    "planted",
    "profile",
    "parts",
    "core",
)
"""What stands between two marks of a document: `<!-- bench -->` and `<!-- /bench -->`."""


def table(rows: Sequence[Row]) -> str:
    """Markdown: the median of each side, with its ratio to the floor where there is one."""
    lines = [HEAD, ("---",) * len(HEAD), *(_line(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _line(row: Row) -> tuple[str, ...]:
    said = f"{row.promise}{'' if row.is_kept is not False else ' (not kept)'}" if row.promise else ""
    return (row.what, *(_cell(row, side) for side in SIDES), said)


def _cell(row: Row, side: str) -> str:
    """The side's median, then those of its other ways of asking, such as dbt's state selection."""
    ways = {name: name.removeprefix(side).removeprefix(", ") for name in row.sides if name.partition(",")[0] == side}
    return "; ".join(f"{way} {_figure(row, name)}".strip() for name, way in ways.items())


def _figure(row: Row, name: str) -> str:
    value, ratio = row.value(name), row.ratio(name)
    if value is None:
        return ""
    shown = f"{value:,.0f} MiB" if row.measure == "peak_mebibytes" else _seconds(value)
    if ratio is None or name == row.floor:
        return shown
    return f"{shown} ({ratio:.{2 if ratio < 10 else 0}f} x)"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def machine() -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, Python {platform.python_version()}, {platform.system()}"
    )


def write_json(path: Path, rows: Iterable[Row]) -> None:
    path.write_text(json.dumps({"machine": machine(), "rows": [row.as_json() for row in rows]}, indent=1))


def sat(rows: Sequence[Row]) -> str:
    """The table of a sitting, and on what it was measured."""
    return f"{table(rows)}\nMedians of whole processes, in turns with the floor, on one machine ({machine()}).\n"


def rewritten(document: str, mark: str, told: str) -> str:
    """The document with this between its marks. Raises: ValueError where it has none."""
    marked = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    text, times = marked.subn(lambda match: f"{match[1]}{told}{match[2]}", document)
    if not times:
        raise ValueError(f"it has no <!-- {mark} --> and <!-- /{mark} --> to write between")
    return text
