"""Asking for what a product keeps to itself: a proposal to extend its port, sent to its owner, who answers."""

from __future__ import annotations

from dataclasses import replace

from weft.errors import Misuse, Moved, Refused, Unknown
from weft.governance.agreements.naming import Asked, Internal, asked_for, known_product
from weft.governance.agreements.office import Office
from weft.governance.agreements.outcome import Outcome
from weft.governance.kinds import ANSWERED, PROPOSED
from weft.names import ProductName
from weft.product.proposal import Proposal, ProposalState

MOST_NAME = 200


def propose(office: Office, name: str, reason: str, use_case: str = "") -> Outcome:
    """`domain.product.anything`: a step, a column of a table (`table.column`), or something that is not there yet.

    Raises: Misuse where no reason is given, or it is promised already; Unknown.
    """
    if not reason.strip():
        raise Misuse("a proposal says why", mend="Add --reason TEXT.")
    return proposed_instead(office, _internal(office, name), reason, use_case)


def proposed_instead(office: Office, found: Internal, reason: str, use_case: str) -> Outcome:
    """Keeps it once, and tells the product's people."""
    product = found.product.name
    wished = Proposal("", product, found.wanted, office.who, reason.strip(), use_case.strip(), office.at, found.port)
    kept, is_new = office.registry.agreements.proposals.propose(wished)
    if not is_new:
        return Outcome(proposal=kept, is_changed=False)
    case = f" ({kept.use_case})" if kept.use_case else ""
    office.audited("proposal", "proposed", kept.id, f"{product}: {kept.wanted}: {kept.reason}", (kept.domain,))
    message = (
        f"{kept.who} asks {product} to promise {kept.wanted}: {kept.reason}{case}. Answer: weft access answer {kept.id}"
    )
    return Outcome(proposal=kept, untold=office.tell(PROPOSED, kept, message))


def answer(office: Office, identity: str, state: ProposalState, text: str) -> Outcome:
    """By an owner or developer of the product's domain; the same answer once more changes nothing. Raises: Unknown, Misuse, Refused."""
    found = proposal(office, identity)
    if not (office.may("decide agreements", found.domain) or office.may("apply", found.domain)):
        raise Refused(f"{office.who} does not answer for {found.product}", mend=f"An owner of {found.domain} does.")
    if not text.strip():
        raise Misuse("an answer says why, or what is done", mend="Add --because TEXT.")
    wanted = replace(found, state=state, answer=text.strip(), answered_by=office.who, answered_at=office.at)
    if found.state != "open":
        if (found.state, found.answer) == (wanted.state, wanted.answer):
            return Outcome(proposal=found, is_changed=False)
        raise Refused(f"proposal {found.id} was {found.state} by {found.answered_by}: {found.answer}")
    try:
        kept = office.registry.agreements.proposals.answer(wanted)
    except Moved:
        return answer(office, identity, state, text)
    office.audited("proposal", state, kept.id, kept.answer, (kept.domain,))
    message = f"{kept.product} {state} to promise {kept.wanted}, as {kept.who} asked: {kept.answer}"
    return Outcome(proposal=kept, untold=office.tell(ANSWERED, kept, message))


def proposal(office: Office, identity: str) -> Proposal:
    """Raises: Unknown; the same where it is none of the caller's business."""
    found = office.registry.agreements.proposals.named(identity)
    if found is None or not may_see(office, found):
        known = [one.id for one in office.registry.agreements.proposals.on() if may_see(office, one)]
        raise Unknown("proposal", identity, known, mend="" if known else "`weft access list --proposals` lists yours.")
    return found


def may_see(office: Office, one: Proposal) -> bool:
    return (
        office.reader.is_owner or one.who.casefold() == office.who.casefold() or office.may("see consumers", one.domain)
    )


def _internal(office: Office, name: str) -> Internal:
    bare = name.partition("@")[0]
    parts = bare.split(".")
    if len(parts) < 3 or not all(parts) or len(bare) > MOST_NAME:
        raise Misuse(
            f"'{name}' names nothing of a product", mend="Write domain.product.table, or domain.product.table.column."
        )
    try:
        found = asked_for(office, bare)
    except Unknown:
        product, _ = known_product(office, ProductName(".".join(parts[:2])))
        return Internal(product, ".".join(parts[2:]))
    if isinstance(found, Asked):
        mend = f"Ask to read it: weft access request {found.name} --purpose 'WHY' --use-case NAME"
        raise Misuse(f"{bare} is promised already", mend=mend)
    return found
