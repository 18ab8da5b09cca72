"""What the invited say of a preview, kept and told to its owners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.access import Reader, may_read
from weft.errors import Misuse, Refused, did_you_mean
from weft.governance.kinds import VERDICT
from weft.identity.caller import caller
from weft.product.preview import Verdict, Word
from weft.product.snapshot import Event
from weft.session.previewing import Preview, preview_named
from weft.session.session import Session
from weft.session.telling import told_events

if TYPE_CHECKING:
    from weft.query.facts import Facts


WORDS = ("good", "bad")


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    untold: tuple[str, ...] = ()
    """Who could not be told of it, why, and what to do."""


def judge(session: Session, name: str, verdict: tuple[Word, str], who: str = "") -> Judged:
    """Keeps a verdict with its comment, of one who is invited: a product, or a person; nobody named is whoever calls.

    Raises: Unknown; Misuse, where it is no verdict or a bad one that does not say why; Refused, where they are not invited, or it is not published.
    """
    from weft.query.facts import Facts

    word, comment = verdict
    if word not in WORDS:
        raise Misuse(f"there is no verdict '{word}'", mend=did_you_mean(word, WORDS))
    if word == "bad" and not comment.strip():
        raise Misuse("a bad verdict says why", mend='Add --comment "...".')
    facts = Facts(session.library)
    found = preview_named(facts.mesh, name)
    who = who or caller()
    _refuse_uninvited(found, facts, who)
    kept = Verdict(
        found.product.name, found.port, found.version, who, word, comment.strip(), datetime.now(UTC), caller()
    )
    session.registry.previews.say(kept)
    return Judged(kept, told_events(session.library, [_event(found, kept, session.environment)]))


def _refuse_uninvited(found: Preview, facts: Facts, who: str) -> None:
    """One's own domain may read a preview, and has no verdict on it unless it is invited."""
    invites = found.invitation.invites
    if who not in invites:
        invited = f"Invited are: {', '.join(invites)}. Say whose verdict it is with --as NAME." if invites else ""
        ask = f"build.yaml of {found.product.name} says under `previews` who is."
        raise Refused(f"{who} is not invited to {found.name}, and has no verdict on it", mend=invited or ask)
    decision = may_read(Reader(who), found.lines[0], facts.mesh, datetime.now(UTC).date())
    if not decision.is_allowed:
        raise Refused(decision.reason, mend=decision.mend)
    if found.lines[0] not in facts.recorded.pointers:
        raise Refused(f"{found.name} is not published yet, so nobody can have tried it")


def _event(found: Preview, said: Verdict, environment: str) -> Event:
    comment = f": {said.comment}" if said.comment else ""
    message = f"{said.who} says {said.word} of {found.port} {found.version}{comment}"
    return Event(said.at, said.product, VERDICT, message, found.lines[0], environment, "", said.given_by)
