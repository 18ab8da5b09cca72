"""What became of one product in a run, a line for each table."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted, lasted, sized
from weft.cli.render.terminal import Ink, paint

if TYPE_CHECKING:
    from weft.run.report import ProductReport, ProductState, TableReport

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
    if report.state in ("failed", "waited"):
        head = f"{mark} {report.product}  {'not published' if report.state == 'failed' else report.message}"
        told = failed_lines(broken) or [f"    {line}" for line in report.message.splitlines()]
        return [head, *told] if report.state == "failed" else [head]
    tables = [_table(table, mark, widest) for table in report.tables if table.action != "nothing"]
    return [*(tables or [f"{mark} {report.product}  recorded"]), *failed_lines(broken)]


def _table(table: TableReport, mark: str, widest: int) -> str:
    size = f"{counted(table.rows, 'row'):>18}  {sized(table.bytes):>8}  {lasted(table.seconds) if table.seconds else '':>8}"
    name = table.line.ljust(widest)
    if table.action == "removed":
        return f"{mark} {name}  removed"
    what = "" if table.action == "built" else f"  {table.action}"
    return f"{mark} {name}{size}{paint(what, 'dim', stream=sys.stderr)}".rstrip()
