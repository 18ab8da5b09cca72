"""How a page's subject is made: inputs, transforms, tests, checks and the last runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from weft.cli.render.checks import leaf
from weft.cli.render.counting import at, counted, lasted, measured
from weft.cli.render.history import event_line, head_lines
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint
from weft.product.checks import spoken

if TYPE_CHECKING:
    from weft.query.pages import (
        CheckShown,
        DomainPage,
        ExpectationShown,
        How,
        InputShown,
        ProductPage,
        TablePage,
        TransformShown,
    )

MOST_CHECKS = 12


def how_lines(page: DomainPage | ProductPage | TablePage, room: int) -> Iterator[str]:
    how = page.how
    rows = [("reads" if not place else "", _input(port)) for place, port in enumerate(how.inputs)]
    rows += [("made by" if not place else "", _transform(made)) for place, made in enumerate(how.transforms)]
    rows += [("tested by" if not place else "", test) for place, test in enumerate(how.tests)]
    rows += [("schedule", how.schedule)] if how.schedule else []
    rows += [("refresh", f"every {lasted(how.refresh_seconds)}")] if how.refresh_seconds else []
    yield from aligned(rows, room) if rows else ()
    yield from _checks(how, room)
    yield from _expectations(page, room)
    if how.events:
        yield "  events"
        yield from (f"    {at(event.happened_at)}  {event_line(event)}" for event in how.events)
    if how.runs:
        yield "  last runs"
        yield from (f"    {line}" for entry in how.runs for line in head_lines(entry, room - 4))


def _input(port: InputShown) -> str:
    if port.lines:
        return f"{port.port}: {', '.join(port.lines)}"
    if port.files:
        more = f" and {len(port.files) - 3:,} more" if len(port.files) > 3 else ""
        return f"{port.port}: {', '.join(port.files[:3])}{more}"
    return f"{port.port}: nothing answers {port.contract}"


def _transform(made: TransformShown) -> str:
    return f"{made.file}{' (an internal step)' if made.is_step else ''}"


def _checks(how: How, room: int) -> Iterator[str]:
    if not how.checks:
        return
    held = sum(check.outcome == "passed" for check in how.checks)
    yield f"  checks  {held:,} of {counted(len(how.checks), 'check')} hold"
    broken = [check for check in how.checks if check.outcome != "passed"]
    rows = [(_sign(check), check.check, _found(check)) for check in broken[:MOST_CHECKS]]
    yield from aligned(rows, room, indent=4) if rows else ()
    if (more := len(broken) - MOST_CHECKS) > 0:
        yield f"    ... {more:,} more: weft test"


def _expectations(page: DomainPage | ProductPage | TablePage, room: int) -> Iterator[str]:
    """What the product needs of others, then what its consumers need of it."""
    own = [one for one in page.how.expectations if one.consumer == page.name]
    others = [one for one in page.how.expectations if one.consumer != page.name]
    for heading, found in (("expects", own), ("is expected by its consumers", others)):
        if found:
            held = sum(one.outcome == "passed" for one in found)
            yield f"  {heading}  {held:,} of {counted(len(found), 'expectation')} hold"
            rows = [
                (_sign(one), one.line if found is own else one.consumer, *_asked(one, found is own)) for one in found
            ]
            yield from aligned(rows, room, indent=4)


def _asked(one: ExpectationShown, is_own: bool) -> tuple[str, str]:
    asks = spoken(one.asks)
    found = f", found {measured(one.measured)}" if one.outcome == "failed" and one.measured is not None else ""
    outcome = one.outcome if one.outcome != "passed" else ""
    state = f"{outcome or ('' if one.outcome else 'not looked at yet')}{found}"
    promised = "promised" if one.promised else "beyond the promise"
    line = "" if is_own else f"{leaf(one.line)} "
    return f"{line}{one.check} {asks}".strip(), "; ".join(part for part in (state, promised) if part)


def _sign(check: CheckShown | ExpectationShown) -> str:
    if check.outcome == "passed":
        return paint("✓", "green")
    if check.outcome not in ("failed", "error"):
        return paint("-", "dim")
    return paint("✗", "red") if check.severity == "error" else paint("!", "yellow")


def _found(check: CheckShown) -> str:
    if check.outcome == "failed" and check.measured is not None:
        unit = " %" if check.unit == "percent" else ""
        found = f"found {measured(check.measured)}{unit}, {spoken(check.threshold)}"
    else:
        found = f"{check.outcome}: {check.message}" if check.message else check.outcome
    severity = f" ({check.severity})" if check.severity != "error" and check.outcome in ("failed", "error") else ""
    return f"{found}{severity}{f': {check.description}' if check.description else ''}"
