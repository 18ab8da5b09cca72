"""What deciding does to an agreement: pure, and the same whoever asks twice; two levels where the contract names two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from weft.access.approving import Approvers
from weft.errors import Refused
from weft.product.agreement import Agreement, Ruling, Word

ASKING: tuple[Word, ...] = ("requested", "renewal asked")


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and when. `owns_workspace` is the local command line's; `owns_domain` decides where the contract names nobody."""

    name: str
    at: datetime
    owns_workspace: bool = False
    owns_domain: bool = False
    may_revoke: bool = False

    def is_(self, name: str) -> bool:
        return self.name.casefold() == name.casefold()

    def is_among(self, names: tuple[str, ...]) -> bool:
        return any(self.is_(name) for name in names)


def approved(agreement: Agreement, by: By, approvers: Approvers, until: date) -> Agreement:
    """One level on; the same where this level was approved already. Raises: Refused."""
    if agreement.state == "granted" and not agreement.is_renewal:
        return agreement
    _refuse_over(agreement, "approved")
    _refuse_own(agreement, by)
    done = _approvals(agreement)
    level = 1 + len(done)
    if level == 2 and by.is_among(done) and not _may_again(by, approvers):
        return agreement
    _refuse_uncalled(agreement, by, approvers, level)
    if level < approvers.levels and not by.owns_workspace:
        word: Word = "renewal approved" if agreement.is_renewal else "approved"
        state = agreement.state if agreement.is_renewal else "half approved"
        return replace(agreement, state=state, rulings=(*agreement.rulings, Ruling(word, by.name, by.at, level)))
    word = "renewed" if agreement.is_renewal else "granted"
    rulings = (*agreement.rulings, Ruling(word, by.name, by.at, level if approvers.levels == 2 else 0))
    return replace(agreement, state="granted", until=until, asked_until=None, rulings=rulings)


def refused(agreement: Agreement, by: By, approvers: Approvers, reason: str) -> Agreement:
    """A request is over; of a renewal the agreement stays until its last day. Raises: Refused."""
    if agreement.state == "refused":
        return agreement
    if not agreement.is_open:
        mend = f"End it: weft access revoke {agreement.id} --because 'WHY'" if agreement.state == "granted" else ""
        raise Refused(f"agreement {agreement.id} is {agreement.state} already", mend=mend)
    _refuse_uncalled(agreement, by, approvers, 0)
    word: Word = "renewal refused" if agreement.is_renewal else "refused"
    rulings = (*agreement.rulings, Ruling(word, by.name, by.at, reason=reason))
    state = "granted" if agreement.is_renewal else "refused"
    return replace(agreement, state=state, asked_until=None, rulings=rulings)  # type: ignore[arg-type]


def revoked(agreement: Agreement, by: By, approvers: Approvers, reason: str) -> Agreement:
    """Over at once, whatever it was; the holder may give it up. Raises: Refused."""
    if agreement.state in ("revoked", "refused"):
        return agreement
    parties = (agreement.reader, agreement.requested_by, *approvers.all)
    if not (by.owns_workspace or by.may_revoke or by.is_among(parties)):
        whom = f"Ask {' or '.join(approvers.all)}." if approvers.all else ""
        raise Refused(f"{by.name} may not revoke agreement {agreement.id}", mend=whom)
    rulings = (*agreement.rulings, Ruling("revoked", by.name, by.at, reason=reason))
    return replace(agreement, state="revoked", asked_until=None, rulings=rulings)


def renewal_asked(agreement: Agreement, by: By, until: date) -> Agreement:
    """More time is asked for; the same where it is asked for already. Raises: Refused."""
    _refuse_over(agreement, "renewed")
    if agreement.asked_until == until:
        return agreement
    rulings = agreement.rulings
    if agreement.state == "granted":
        rulings = (*rulings, Ruling("renewal asked", by.name, by.at))
    return replace(agreement, asked_until=until, rulings=rulings)


def next_approvers(agreement: Agreement, approvers: Approvers) -> tuple[str, ...]:
    """Whose word it waits for."""
    return approvers.of(min(1 + len(_approvals(agreement)), approvers.levels)) if agreement.is_open else ()


def may_decide(agreement: Agreement, by: By, approvers: Approvers) -> bool:
    """Whether their word counts at any level."""
    return by.owns_workspace or by.is_among(approvers.all) or (by.owns_domain and not approvers.are_named)


def _approvals(agreement: Agreement) -> tuple[str, ...]:
    """Who approved since it was asked for last."""
    last = max((n for n, one in enumerate(agreement.rulings) if one.word in ASKING), default=-1)
    return tuple(one.who for one in agreement.rulings[last + 1 :] if one.word in ("approved", "renewal approved"))


def _refuse_over(agreement: Agreement, what: str) -> None:
    if agreement.state in ("refused", "revoked"):
        mend = f"It is asked for anew: weft access request {agreement.port}@{agreement.line}"
        raise Refused(f"agreement {agreement.id} was {agreement.state}, and cannot be {what}", mend=mend)


def _refuse_own(agreement: Agreement, by: By) -> None:
    """Whoever owns the whole workspace has nobody else to ask."""
    is_person = "/" not in agreement.reader and not agreement.is_of_product
    own = by.is_(agreement.reader) or (by.is_(agreement.requested_by) and not is_person)
    if own and not by.owns_workspace:
        raise Refused(
            f"{by.name} asked for agreement {agreement.id}, and does not approve it", mend="Ask another approver."
        )


def _may_again(by: By, approvers: Approvers) -> bool:
    """Where the second level names nobody else, one person says both."""
    return by.is_among(approvers.second) and len(approvers.second) == 1


def _refuse_uncalled(agreement: Agreement, by: By, approvers: Approvers, level: int) -> None:
    """`level` 0 is either. Raises: Refused where it is not theirs to decide, or not yet."""
    if by.owns_workspace or (by.owns_domain and not approvers.are_named):
        return
    wanted = approvers.of(level) if level else approvers.all
    if by.is_among(wanted):
        return
    whom = " or ".join(wanted) or f"the owner of {agreement.domain}"
    if by.is_among(approvers.all):
        raise Refused(f"agreement {agreement.id} waits for its {_ORDINAL[level]} level", mend=f"{whom} decides first.")
    raise Refused(f"{by.name} does not decide on agreement {agreement.id}", mend=f"{whom} decides.")


_ORDINAL = {1: "first", 2: "second"}
