"""A policy: a rule of federated governance as a query over the mesh's metadata, and what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from weft.errors import Fault, Place
from weft.product.contract import Scalar, Severity
from weft.product.rule import Waiver

Standing = Literal["error", "warning", "info", "grace", "waived"]
"""How a violation stands today: only an error stops anything."""

EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class Policy:
    """`text` is the whole file: a header in its leading comments, and the query. `owner` answers for it, and is told of its faults.

    `scope` are patterns of what it is for, with `!` before those that it is not for. Until the end of `grace_until`, a day in
    UTC, its errors stop nothing.
    """

    name: str
    title: str
    owner: str
    text: str
    severity: Severity = "error"
    scope: tuple[str, ...] = EVERYTHING
    grace_until: date | None = None
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    """A table of one row, `parameters`, for its query."""
    description: str = ""
    version: int = 0
    """As published; 0 where it is bound by the folder alone."""
    place: Place = field(default=Place(""), compare=False)

    def is_for(self, subject: str) -> bool:
        wanted = [pattern for pattern in self.scope if not pattern.startswith("!")] or EVERYTHING
        spared = [pattern[1:] for pattern in self.scope if pattern.startswith("!")]
        return covers(wanted, subject) and not covers(spared, subject)


@dataclass(frozen=True, slots=True)
class Found:
    """One row that a policy returned."""

    subject: str
    message: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a policy found at a subject, and how that stands today.

    `waiver` is the one that lets it pass; where none does, the newest that did and is over.
    """

    policy: Policy
    found: Found
    standing: Standing
    waiver: Waiver | None = None
    place: Place = field(default=Place(""), compare=False)
    """Of the subject, as far as it was read from a file."""

    @property
    def subject(self) -> str:
        return self.found.subject

    @property
    def fault(self) -> Fault:
        """As whoever wrote the subject is told."""
        message = f"policy {self.policy.name}: {self.found.message.strip().rstrip('.')}{self._standing_in_words}"
        severity = {"grace": "warning", "waived": "info"}.get(self.standing, self.standing)
        return Fault(self.place if self.place.file else self.policy.place, message, self.found.mend, severity)

    @property
    def _standing_in_words(self) -> str:
        waiver, until = self.waiver, self.policy.grace_until
        if self.standing == "waived" and waiver:
            return f"; waived until {waiver.until} by {waiver.who}: {waiver.reason.rstrip('.')}"
        if self.standing == "grace" and until:
            return f"; an error after {until}"
        if waiver and waiver.is_withdrawn:
            return f"; {waiver.who} withdrew the waiver: {waiver.reason.rstrip('.')}"
        if waiver:
            return f"; the waiver of {waiver.who} ended on {waiver.until}"
        return ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy came to: rows, or why it could not be computed, which is its owner's to mend."""

    policy: Policy
    found: tuple[Found, ...] = ()
    fault: Fault | None = None
    seconds: float = 0.0


def violation(policy: Policy, found: Found, waivers: Iterable[Waiver], today: date) -> Violation:
    """How a row stands on a day in UTC; of several waivers that cover its subject, one that holds, else the one that ended last."""
    own = [one for one in waivers if one.rule == policy.name and covers((one.subject,), found.subject)]
    holding = next((one for one in own if one.holds(today)), None)
    if holding:
        return Violation(policy, found, "waived", holding)
    ended = max(own, key=lambda one: (one.until, one.at), default=None)
    if policy.severity == "error" and policy.grace_until is not None and today <= policy.grace_until:
        return Violation(policy, found, "grace", ended)
    return Violation(policy, found, policy.severity, ended)


def covers(patterns: Iterable[str], subject: str) -> bool:
    """Whether a name lies in what is named: `operations.flights` covers its tables and columns, of every line; globs may be used."""
    names = {*_above(subject), *_above(_without_line(subject))}
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _above(name: str) -> tuple[str, ...]:
    """A name and what it lies in: `a.b.c` lies in `a.b` and `a`. The dots of a preview's version part nothing."""
    table, at, _ = name.partition("@")
    parts = table.split(".")
    found = tuple(".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return (*found, name) if at else found


def _without_line(name: str) -> str:
    """`a.b.c@1.column` as `a.b.c.column`."""
    table, at, rest = name.partition("@")
    _, dot, column = rest.rpartition(".")
    is_column = bool(at and dot and not column[:1].isdigit() and "-" not in column)
    return f"{table}.{column}" if is_column else table
