"""What became of one product in a run, a line for each table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted, lasted, sized
from weft.cli.render.terminal import Ink, paint

if TYPE_CHECKING:
    from weft.product.checks import CheckResult
    from weft.run.report import Handover, Key, ProductReport, ProductState, TableReport

SIGNS: dict[ProductState, tuple[str, Ink]] = {
    "published": ("✓", "green"),
    "unchanged": ("=", "cyan"),
    "failed": ("✗", "red"),
    "waited": ("…", "yellow"),
}


def product_lines(report: ProductReport, widest: int) -> list[str]:
    """One product that is over, for standard error; names are padded to the widest of the run."""
    from weft.cli.render.checks import failed_lines

    sign, ink = SIGNS[report.state]
    mark = paint(sign, ink, stream=sys.stderr)
    broken = [result for result in report.results if result.outcome in ("failed", "error")]
    if report.state == "waited":
        return [f"{mark} {report.product}  {report.message}"]
    if report.state == "failed":
        return [f"{mark} {report.product}  not published", *_why(report, broken)]
    tables = [line for table in report.tables if table.action != "nothing" for line in _lines(table, mark, widest)]
    told = [f"    {report.message}"] if report.message else []
    return [*(tables or [f"{mark} {report.product}  recorded"]), *told, *failed_lines(broken)]


def _why(report: ProductReport, broken: Sequence[CheckResult]) -> list[str]:
    """The checks that stopped it; where it was something else (arrival says its file and line), what that said."""
    from weft.cli.render.checks import failed_lines

    checks = [result for result in broken if result.kind != "arrival"]
    said = [] if any(result.blocks for result in checks) else report.message.splitlines()
    return [*(f"    {line}" for line in said), *failed_lines(checks)]


def _lines(table: TableReport, mark: str, widest: int) -> list[str]:
    told = _handover(table.handover) if table.handover else []
    return [_table(table, mark, widest), *(f"    {line}" for line in told)]


def _handover(found: Handover) -> list[str]:
    """How a bridge's first table differs from what it was, with the keys of a few rows."""
    ink: Ink = "green" if found.is_equal else "yellow"
    examples = {"+": found.first_added, "-": found.first_removed, "~": found.first_changed}
    shown = [f"{sign} {', '.join(found.key)}: {_keys(keys)}" for sign, keys in examples.items() if keys]
    return [paint(found.told, ink, stream=sys.stderr), *shown]


def _keys(keys: Sequence[Key]) -> str:
    return "; ".join(", ".join("NULL" if value is None else value for value in key) for key in keys)


def _table(table: TableReport, mark: str, widest: int) -> str:
    size = f"{counted(table.rows, 'row'):>18}  {sized(table.bytes):>8}  {lasted(table.seconds) if table.seconds else '':>8}"
    name = table.line.ljust(widest)
    if table.action == "removed":
        return f"{mark} {name}  removed"
    what = "" if table.action == "built" else f"  {table.action}"
    if table.action == "built" and table.parts and table.parts[0] < table.parts[1]:
        what = f"  {table.parts[0]:,} of {counted(table.parts[1], 'part')}"
    return f"{mark} {name}{size}{paint(what, 'dim', stream=sys.stderr)}".rstrip()
