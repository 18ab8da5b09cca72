"""The kinds of events: what each means to whoever is told of it, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reach = Literal["owners", "readers", "downstream", "invited", "parties"]
"""Beside the product's own people: nobody, those of products that read it and whoever has an agreement, or of all that comes
after those too, those who are invited to a preview, or the parties of the agreement or proposal that it is about."""


FAILED, RECOVERED, UNEXPECTED = "failed", "recovered", "not as expected"
ASKED, GRANTED, REFUSED, REVOKED = "access asked for", "access granted", "access refused", "access revoked"
ENDS_SOON, ENDED = "access ends soon", "access ended"
PROPOSED, ANSWERED = "proposed", "proposal answered"
INVITED, VERDICT, STABLE = "invited", "verdict", "went stable"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, before it is anybody's event: `kind` is one of KINDS; `line` is empty where it concerns every reader."""

    kind: str
    message: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    means: str
    reach: Reach = "readers"


KINDS: dict[str, Kind] = {
    "published": Kind("What it promises changed, or what it means. Whoever reads another line of it is not moved."),
    FAILED: Kind("Nothing of it was published: what reads it keeps the last good data, and waits.", "downstream"),
    RECOVERED: Kind("It stands as it should again, and what waited for it goes on.", "downstream"),
    "deprecated": Kind("It comes to an end: move to another line, or to another product, before that."),
    "retired": Kind("It is not made any more."),
    "bridged": Kind("It is made of a newer line of its port from now on. What it promises stays."),
    "rolled back": Kind("Its tables stand where they stood before, and are held there until somebody resumes."),
    "built on withdrawn": Kind("It rests on data that was withdrawn. The next apply builds it anew."),
    INVITED: Kind("It can be tried before it is promised: say whether it is good for you.", "invited"),
    VERDICT: Kind("One of the invited tried a preview.", "owners"),
    STABLE: Kind("What was a preview is promised now: who asked for it reads the stable line."),
    "promoted": Kind("What an environment built and proved is what everybody reads now."),
    UNEXPECTED: Kind(
        "A consumer needs what is not there, and what is not promised: ask for it, or expect less.", "owners"
    ),
    ASKED: Kind("Somebody asks to read it, or for more time: whom the contract names decides.", "parties"),
    GRANTED: Kind("It may be read for the purpose that was named, until the day that was agreed.", "parties"),
    REFUSED: Kind("It is not read for this. Another purpose or another role may be asked for.", "parties"),
    REVOKED: Kind("It is read no longer, from this moment on.", "parties"),
    ENDS_SOON: Kind("It may be read until that day and no longer: whoever still needs it renews it before.", "parties"),
    ENDED: Kind("Its time is over, and it is read no longer: it may be renewed, or asked for anew.", "parties"),
    PROPOSED: Kind("A consumer needs what the product keeps to itself: promise it, or say why not.", "owners"),
    ANSWERED: Kind("The owner said what becomes of a proposal.", "parties"),
}
"""`mesh.yaml` names these in `notify.webhooks[].events`."""
UNKNOWN = Kind("")


def kind_of(name: str) -> Kind:
    """What a kind means; one that a newer Weft recorded means nothing to this one, and reaches readers."""
    return KINDS.get(name, UNKNOWN)
