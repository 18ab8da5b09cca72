"""Deciding on what was asked for, and ending it: each looks at the newest state, so that two at once come to one."""

from __future__ import annotations

from datetime import date

from weft.access.approving import Approvers
from weft.access.deciding import approved, next_approvers, refused, revoked
from weft.access.lasting import last_day
from weft.errors import Misuse, Refused
from weft.governance.agreements.office import Office
from weft.governance.agreements.outcome import Outcome
from weft.governance.kinds import ASKED, GRANTED, REFUSED, REVOKED
from weft.product.agreement import Agreement

NOBODY = Approvers(())


def approve(office: Office, identity: str, until: date | None = None) -> Outcome:
    """One level's word; the last grants or renews. Once more changes nothing. Raises: Unknown, Refused."""
    one = office.agreement(identity)
    promise = office.promise(one)
    if promise is None:
        mend = f"Refuse it: weft access decide {one.id} --refuse --because 'it is gone'"
        raise Refused(f"{one.port}@{one.line} is promised no longer", mend=mend)
    _, contract, deciding = promise
    within, by = office.lasting(contract), office.by(one.domain)

    def change(now: Agreement) -> Agreement:
        if not now.is_open:
            return approved(now, by, deciding, office.today)
        return approved(now, by, deciding, last_day(until or now.asked_until, office.today, within))

    kept, is_changed = office.changed(identity, change)
    waits = next_approvers(kept, deciding)
    if not is_changed:
        return Outcome(kept, is_changed=False, waits_for=waits)
    word = kept.rulings[-1].word
    office.audited("agreement", word, kept.id, f"{kept.port}@{kept.line} for {kept.reader}", (kept.domain,))
    if kept.is_open:
        message = (
            f"{kept.reader} asks for {kept.port}@{kept.line}; {by.name} approved, {' or '.join(waits)} decides next"
        )
        return Outcome(
            kept, waits_for=waits, untold=office.tell(ASKED, kept, f"{message}: weft access decide {kept.id}")
        )
    message = (
        f"{kept.reader} may read {kept.port}@{kept.line} until {kept.until} for: {kept.purpose} (agreement {kept.id})"
    )
    return Outcome(kept, untold=office.tell(GRANTED, kept, message))


def refuse(office: Office, identity: str, reason: str) -> Outcome:
    """Raises: Misuse where no reason is given; Unknown, Refused."""
    _refuse_unsaid(reason, "a refusal")
    one = office.agreement(identity)
    by, deciding = office.by(one.domain), _deciding(office, one)
    kept, is_changed = office.changed(identity, lambda now: refused(now, by, deciding, reason.strip()))
    if not is_changed:
        return Outcome(kept, is_changed=False)
    office.audited("agreement", kept.rulings[-1].word, kept.id, reason.strip(), (kept.domain,))
    what = "more time on " if kept.rulings[-1].word == "renewal refused" else ""
    message = f"{what}{kept.port}@{kept.line} (agreement {kept.id}) is refused to {kept.reader}: {reason.strip()}"
    return Outcome(kept, untold=office.tell(REFUSED, kept, message))


def revoke(office: Office, identity: str, reason: str) -> Outcome:
    """Ends it at once: the next query is refused. Raises: Misuse where no reason is given; Unknown, Refused."""
    _refuse_unsaid(reason, "a revocation")
    one = office.agreement(identity)
    by, deciding = office.by(one.domain), _deciding(office, one)
    kept, is_changed = office.changed(identity, lambda now: revoked(now, by, deciding, reason.strip()))
    if not is_changed:
        return Outcome(kept, is_changed=False)
    office.audited("agreement", "revoked", kept.id, reason.strip(), (kept.domain,))
    message = f"agreement {kept.id} of {kept.reader} on {kept.port}@{kept.line} is revoked: {reason.strip()}"
    return Outcome(kept, untold=office.tell(REVOKED, kept, message))


def _deciding(office: Office, one: Agreement) -> Approvers:
    """What is promised no longer is decided on by its domain's owners."""
    promise = office.promise(one)
    return promise[2] if promise else NOBODY


def _refuse_unsaid(reason: str, what: str) -> None:
    if not reason.strip():
        raise Misuse(f"{what} says why", mend="Add --because TEXT.")
