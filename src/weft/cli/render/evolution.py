"""What a plan changes for consumers, as people read it: each port with its versions, its changes, and what stands against it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from weft.cli.render.changes import change_lines, counted_impacts
from weft.cli.render.counting import counted
from weft.cli.render.impact import impact_of
from weft.cli.render.layout import paragraphs
from weft.cli.render.terminal import paint, say, width
from weft.errors import sentence

if TYPE_CHECKING:
    from weft.plan.evolution import Evolution, PortChange, PortLine


def show_evolution(evolution: Evolution) -> None:
    """What changes on standard output, what is refused beside it."""
    for change in evolution.changed:
        lines = (*_port(change), *(f"  {text}" for text in impact_of(evolution, change.tables)))
        print("\n".join(lines), end="\n\n")
    for line in evolution.new:
        print(_line(line, paint("+", "green"), "is a new line"))
    for line in evolution.gone:
        print(_line(line, paint("-", "red"), "is promised no longer"))
        print("".join(f"  {text}\n" for text in impact_of(evolution, line.tables)), end="")
    if evolution.new or evolution.gone:
        print()
    both: tuple[PortChange | PortLine, ...] = (*evolution.changed, *evolution.new, *evolution.gone)
    refused = [one for one in both if one.refusal]
    for one in refused:
        print("\n".join(_refused(one)), file=sys.stderr)
    if refused:
        say(f"{counted(len(refused), 'promise')} changed against the rules; nothing is applied as it is written", "red")


def _port(change: PortChange) -> Iterator[str]:
    name = paint(f"{change.product}.{change.port}", "bold")
    yield f"{name}  {_versions(change)}"
    yield from (f"  {line}" for line in change_lines(change.changes))


def _versions(change: PortChange) -> str:
    before, after, least = change.before, change.after, change.least
    said = str(after) if before == after else f"{before} to {after}"
    impacts = counted_impacts(change.changes)
    if change.refusal:
        return f"{said}, {paint(f'needs {least}', 'red')}  {impacts}"
    if before == after and least > after:
        return f"{said}, and {least} would say so  {impacts}"
    return f"{said}  {impacts}".rstrip()


def _line(line: PortLine, sign: str, what: str) -> str:
    return f"{sign} {paint(f'{line.product}.{line.port}', 'bold')} {line.version}  {what}"


def _refused(one: PortChange | PortLine) -> Iterator[str]:
    name = paint(f"{one.product}.{one.port}:", "red", stream=sys.stderr)
    first, *more = paragraphs(sentence(one.refusal), width(sys.stderr), 2)
    yield f"{name} {first.strip()}"
    yield from more
    yield from paragraphs(one.mend, width(sys.stderr), 2)
    yield from (f"    {edit}" for edit in getattr(one, "edits", ()))
