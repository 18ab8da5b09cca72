"""Changes of a contract as people read them: what breaks first, each with where it is and the reason in words."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from weft.cli.render.json_out import write_json
from weft.cli.render.layout import paragraphs
from weft.cli.render.terminal import Ink, paint, say, width

if TYPE_CHECKING:
    from weft.plan.changes import Change, Impact
    from weft.session.contracts import ContractDifference

SIGNS: dict[Impact, tuple[str, Ink, str]] = {
    "breaking": ("✗", "red", "breaking"),
    "conditional": ("?", "red", "breaking unless settled"),
    "minor": ("+", "yellow", "minor"),
    "patch": ("·", "dim", "patch"),
}
"""Heaviest first."""
UNSETTLED = {
    "binding": "Unless the SQL of every consumer still binds to it, this breaks: `weft plan` tries it.",
    "sight": "Unless every reader still sees it, this breaks.",
}


def show_contract_difference(found: ContractDifference, *, json: bool) -> None:
    if json:
        from weft.plan.changes import difference_message

        write_json(difference_message(found.before.contract, found.after.contract, found.changes))
        return
    for side, name in ((found.before, "from"), (found.after, "to")):
        print(f"{name:<4}  {paint(side.contract.version, 'bold')}  {side.where}")
    if not found.changes:
        print("no difference")
        return
    print("\n".join(change_lines(found.changes)))
    say(_claim(found))


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """What breaks first; the lines of one impact in the order of the documents."""
    order = list(SIGNS)
    for change in sorted(changes, key=lambda change: order.index(change.impact)):
        yield from _lines(change)


def _lines(change: Change) -> Iterator[str]:
    sign, ink, _ = SIGNS[change.impact]
    yield f"{paint(sign, ink)} {paint(change.where, 'bold')}  {change.kind}"
    told = [f"{_begun(change.reason)}."]
    if change.impact == "conditional" and change.settles:
        told.append(UNSETTLED[change.settles])
    if change.affects:
        told.append(f"Read by {', '.join(change.affects)}.")
    yield from paragraphs(" ".join(told), width(sys.stdout), 4)
    if change.kind == "meaning changed":
        yield from _of_sql(change)
    if change.bridge and change.bridge.sql:
        yield paint("    a bridge that keeps the old line:", "dim")
        yield from (paint(f"      {line}", "dim") for line in change.bridge.sql.splitlines())


def _begun(reason: str) -> str:
    """With a capital, unless it begins with a name: `endOfSupport` is called so."""
    first = reason.partition(" ")[0]
    return reason[:1].upper() + reason[1:] if first.isalpha() and first.islower() else reason


def _of_sql(change: Change) -> Iterator[str]:
    """What stood there and stands now."""
    for sign, ink, text in (("-", "red", change.before), ("+", "green", change.after)):
        if text:
            yield paint(f"    {sign} {text}", cast("Ink", ink))


def counted_impacts(changes: Sequence[Change]) -> str:
    """`1 breaking, 2 minor`."""
    counts = Counter(change.impact for change in changes)
    return ", ".join(f"{counts[impact]} {words}" for impact, (_, _, words) in SIGNS.items() if counts[impact])


def _claim(found: ContractDifference) -> str:
    said, least = found.after.contract.version, found.least
    if found.claims_too_little:
        return f"{counted_impacts(found.changes)}: {least} is the least version, and {said} claims too little"
    return f"{counted_impacts(found.changes)}: {least} is the least version, and {said} is honest"
