"""Where owners ask that a column is less confidential than what it comes from, and governance decides: one caller, at one moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from weft.access.permissions import Action, allowed
from weft.access.reader import Reader
from weft.errors import Misuse, Refused, Unknown
from weft.identity.caller import caller
from weft.names import DomainName, LineName
from weft.product.audit import Decided
from weft.product.declassification import Declassification, State
from weft.registry.seam import Registry

WORDS: dict[State, str] = {"approved": "approved", "refused": "refused", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Desk:
    """`reader` is who acts; the owner of the workspace acts under the name that the operating system has."""

    registry: Registry
    reader: Reader
    door: str = "cli"
    request_id: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def who(self) -> str:
        return self.reader.name or caller()

    def ask(
        self, of: tuple[LineName, str], inherits: Iterable[str], reason: str, until: date | None
    ) -> Declassification:
        """`of` is a line and a column, '' for its row filters; `inherits` is what is to be lifted.

        Raises: Refused; Misuse, where there is nothing to lift, or no reason or last day is given.
        """
        line, column = of
        one = Declassification(
            "", line, column, tuple(inherits), " ".join(reason.split()), until or date.min, self.who, self.at
        )
        self._allow("declassify", one.domain)
        if not one.names:
            what = f"{line}.{column} inherits no classification" if column else f"{line} inherits no row filter"
            raise Misuse(
                f"{what}, so that there is nothing to lift", mend="What its own contract says is changed there."
            )
        if not one.reason:
            raise Misuse("a declassification is asked for with a reason", mend="Say it: --because '...'.")
        if until is None or until < self.at.date():
            raise Misuse("a declassification ends", mend="Name its last day, one to come: --until 2027-03-31.")
        kept = self.registry.declassifications.ask(one)
        self._note(kept, "asked for", f"{', '.join(kept.names)} until {kept.until}: {kept.reason}")
        return kept

    def decide(self, identity: str, state: State, because: str = "") -> Declassification:
        """Approves, refuses or withdraws one. Who asked does not approve it. Raises: Refused, Unknown, Misuse, Moved."""
        known = self.registry.declassifications.all()
        one = next((found for found in known if found.id == identity), None)
        if one is None:
            raise Unknown("declassification", identity, [found.id for found in known])
        self._allow_to_decide(one, state)
        if state != "withdrawn" and one.state != "requested":
            raise Misuse(
                f"{identity} is {one.standing(self.at.date())} already", mend="Ask anew where it is to change."
            )
        if state == "withdrawn" and one.state not in ("requested", "approved"):
            raise Misuse(f"{identity} is {one.state} already")
        said = " ".join(because.split())
        moved = replace(one, state=state, decided_by=self.who, decided_at=self.at, decision=said)
        kept = self.registry.declassifications.change(moved)
        self._note(kept, WORDS[state], said or kept.reason)
        return kept

    def _allow_to_decide(self, one: Declassification, state: State) -> None:
        if state == "withdrawn":
            if self.who != one.asked_by and not allowed(self.reader, "approve declassification").is_allowed:
                self._allow("declassify", one.domain)
            return
        self._allow("approve declassification", "")
        if state == "approved" and self.reader.name == one.asked_by:
            mend = "Have somebody else of governance approve it."
            raise Refused(f"{one.id} was asked for by {one.asked_by}, who does not approve it, too", mend=mend)

    def _allow(self, action: Action, domain: str) -> None:
        decision = allowed(self.reader, action, DomainName(domain))
        if not decision.is_allowed:
            raise Refused(decision.reason, mend=decision.mend)

    def _note(self, one: Declassification, action: str, message: str) -> None:
        of = f"{one.line}.{one.column}" if one.column else str(one.line)
        decided = Decided(
            self.who, "declassification", action, of, message, (one.domain,), door=self.door, request_id=self.request_id
        )
        self.registry.audit.decided(decided)
