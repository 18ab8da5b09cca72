"""Declassifications as somebody asks for them, in words: what a name means, and what there is to lift."""

from __future__ import annotations

from datetime import date
from typing import cast, get_args

from weft.access.inheriting import Inherited
from weft.errors import Misuse
from weft.governance.classifications import Desk, publish
from weft.names import LineName
from weft.product.declassification import Declassification, State
from weft.product.rule import PublishedRule
from weft.query.classified import FILE, NAME, classified
from weft.query.explaining import explained, parted
from weft.query.library import Library
from weft.registry.seam import Registry


def asked(desk: Desk, library: Library, name: str, why: tuple[str, str]) -> Declassification:
    """`name` is a column, or a table for the row filters that it inherits; `why` a reason and a last day.

    Raises: Unknown, Misuse, Refused.
    """
    reason, until = why
    _, column = parted(name)
    line = explained(library, name).line
    return desk.ask((line, column), inherits(classified(library).inherited, line, column), reason, _day(until))


def inherits(found: Inherited, line: LineName, column: str) -> tuple[str, ...]:
    """The classifications that a column has from elsewhere; without one, the row filters of the line."""
    if not column:
        return tuple(found.rows.get(line, ()))
    return tuple(name for name, above in found.marks.get(line, {}).get(column, {}).items() if above is not None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Misuse(f"'{text}' is no day", mend="Write it as 2027-03-31.") from error


def state_of(word: str) -> State:
    """Raises: Misuse."""
    for state in get_args(State):
        if state == word and state != "requested":
            return cast(State, state)
    raise Misuse(f"nothing is {word}")


def published(library: Library, because: str) -> PublishedRule:
    """Publishes `policies/classifications.yaml`. Raises: Misuse where there is none; Refused; Faults."""
    file = library.settings.root / FILE
    if not file.is_file():
        raise Misuse(f"there is no {FILE}", mend="Write it, then publish it.")
    return publish(library.registry, library.reader, (file.read_text("utf-8-sig"), FILE), because)


def version_in_force(registry: Registry) -> int:
    """0 where the workspace's folder binds."""
    return next((rule.version for rule in registry.rules.published("classifications") if rule.name == NAME), 0)
