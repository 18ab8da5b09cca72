"""The migration ledger as people read it: each line, and below it who is on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago, at, counted
from weft.names import LineName, is_preview, label_of, leaf_of

if TYPE_CHECKING:
    from weft.query.pages import Consumer, LineLedger


def ledger_lines(ledger: tuple[LineLedger, ...]) -> Iterator[str]:
    """Each line, and below it who is on it."""
    stable = [line.line for line in ledger if not is_preview(line.line)]
    newest = {leaf_of(line): line for line in sorted(stable, key=lambda line: int(label_of(line)))}
    for line in sorted(ledger, key=lambda one: leaf_of(one.line)):
        name = f"{leaf_of(line.line)}@{label_of(line.line)}"
        told = ", ".join(part for part in (line.version, line.status, line.ends) if part)
        nobody = "" if line.consumers else "  nobody"
        can = ": can be retired" if line.is_free and not _is_kept(line, newest) else ""
        yield f"{name}  {told}{nobody}{can}"
        yield from (f"  {_consumer(one)}" for one in line.consumers)


def _is_kept(line: LineLedger, newest: dict[str, LineName]) -> bool:
    """What is new has nobody on it yet, and a preview goes without asking."""
    return is_preview(line.line) or (line.status == "active" and newest[leaf_of(line.line)] == line.line)


def _consumer(one: Consumer) -> str:
    since = f", since {at(one.since)}" if one.since else ""
    if one.kind == "product":
        built = f", built {ago(one.last_built_at)}" if one.last_built_at else ", not built yet"
        return f"{one.name} by its input port '{one.how}', {'pinned' if one.is_pinned else 'recorded'}{since}{built}"
    if one.kind == "agreement":
        return f"{one.name} by {one.how}{since}"
    last = f", last {ago(one.last_read_at)}" if one.last_read_at else ""
    return f"{one.name} by {one.how}, {counted(one.times or 0, 'time')}{last}"
