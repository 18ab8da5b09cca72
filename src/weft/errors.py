"""Everything that Weft says when something is wrong, as one tree; each message says what, where and how to mend it.

WeftError                       a user is told; no stack trace
├── Misuse                      the command was called wrongly (exit 2)
├── Unknown                     a name that nothing answers to, with the closest one
├── Faults                      everything wrong with what was written, all at once
├── Refused                     the guard, a policy or an access decision said no
│   └── NotSignedIn             nobody that is known asks
├── TooLarge                    what was sent is larger than is taken
├── TooOften                    the same reader asked too often; `retry_seconds` says when to come again
│   └── Busy                    there is too much to do at the moment, whoever asks
├── SourceFault                 data from outside is missing, half written or not as promised
├── EngineFault                 DuckDB could not compute what it was given
├── TransformFault              a product's own SQL or Python failed on real data
├── ChecksFailed                a promise did not hold, so nothing was published
├── DeliveryFault               an event could not be told to somebody; what happened stands nevertheless
├── StoreFault                  a snapshot could not be written or read (a full disk, a missing file)
└── RegistryFault               the recorded state could not be read or written
    ├── RegistryBusy            it stayed locked for longer than we wait
    ├── NotKept                 a snapshot that was to be read is forgotten by now
    └── Moved                   a pointer that the plan relied on has moved since
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a workspace: a file (relative to the mesh's root where it lies in it), and a line from 1; 0 is the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong as written: `file:line: what. mend`."""

    place: Place
    message: str
    mend: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.place}: {sentence(self.message)}", sentence(self.mend)) if part)


class WeftError(Exception):
    """Anything that a user is told. `mend` is what to do about it, `place` is where it is."""

    exit_status = 1

    def __init__(self, message: str, *, mend: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.message, self.mend, self.place = message, mend, place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return " ".join(part for part in (f"{where}{sentence(self.message)}", sentence(self.mend)) if part)


class Misuse(WeftError):
    exit_status = 2


class Unknown(WeftError):
    """A name that nothing answers to."""

    def __init__(
        self, what: str, name: str, known: Iterable[str] = (), *, place: Place | None = None, mend: str = ""
    ) -> None:
        super().__init__(f"there is no {what} '{name}'", mend=mend or did_you_mean(name, known), place=place)


class Faults(WeftError):
    """All that is wrong with what was written, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __str__(self) -> str:
        return self.message


class Refused(WeftError):
    pass


class NotSignedIn(Refused):
    pass


class TooLarge(WeftError):
    pass


class TooOften(WeftError):
    """What `retry_seconds` from now would be answered."""

    def __init__(self, message: str, *, mend: str = "", retry_seconds: float = 1.0) -> None:
        super().__init__(message, mend=mend)
        self.retry_seconds = retry_seconds


class Busy(TooOften):
    """Not for what whoever asks did themselves."""


class SourceFault(WeftError):
    pass


class EngineFault(WeftError):
    pass


class TransformFault(WeftError):
    log = ""
    """The last of what the product's Python printed before it failed."""


class ChecksFailed(WeftError):
    pass


class DeliveryFault(WeftError):
    pass


class StoreFault(WeftError):
    pass


class RegistryFault(WeftError):
    pass


class RegistryBusy(RegistryFault):
    pass


class NotKept(RegistryFault):
    pass


class Moved(RegistryFault):
    """A pointer that the plan relied on is not where it was: `expected` and `found` name revisions."""

    def __init__(self, name: str, expected: object, found: object) -> None:
        super().__init__(
            f"{name} has moved since this was planned (expected revision {expected}, found {found})",
            mend="Plan again, then apply.",
        )
        self.name, self.expected, self.found = name, expected, found


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like this one, or None where none is alike."""
    candidates = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(name.lower(), list(candidates), n=1, cutoff=0.6)
    return candidates[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?`, else the known names if they are few, else nothing."""
    names = sorted(set(known))
    if near := closest(name, names):
        return f"Did you mean '{near}'?"
    if 0 < len(names) <= 12:
        return f"There is: {', '.join(names)}."
    return ""


def sentence(text: str) -> str:
    """Text with a full stop at its end, unless it ends in punctuation of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".?!:`" else f"{text}."
