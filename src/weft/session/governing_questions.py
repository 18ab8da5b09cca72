"""Questions about agreements and the audit trail: what is asked for and decided, here by whoever acts, at a server by who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from weft.session.question import Question

if TYPE_CHECKING:
    from weft.governance.agreements.office import Office
    from weft.session.session import Session


def _office(session: Session) -> Office:
    from weft.session.agreements import office

    return office(session)


def _deciding(name: str, takes: Any) -> Callable[[], Question]:
    """One of those that decide on an agreement by its id."""

    def question() -> Question:
        from weft.governance.agreements import deciding
        from weft.governance.agreements.outcome import Outcome

        decide = getattr(deciding, name)
        return Question(takes, Outcome, lambda session, *said: decide(_office(session), *said), "request", False)

    return question


def _request() -> Question:
    from weft.governance.agreements.outcome import Outcome
    from weft.governance.agreements.requesting import Wish, request

    def answer(session: Session, wish: Wish) -> Outcome:
        return request(_office(session), wish)

    return Question(tuple[Wish], Outcome, answer, "request", False)


def _renew() -> Question:
    from weft.governance.agreements.outcome import Outcome
    from weft.governance.agreements.requesting import renew

    def answer(session: Session, identity: str, until: date | None) -> Outcome:
        return renew(_office(session), identity, until)

    return Question(tuple[str, date | None], Outcome, answer, "request", False)


def _list() -> Question:
    from weft.governance.agreements import listing
    from weft.names import ProductName
    from weft.product.proposal import Proposal

    def answer(session: Session, product: ProductName | None) -> Any:
        at = _office(session)
        return listing.agreements(at, product), listing.proposals(at, product)

    gives = tuple[tuple[listing.Listed, ...], tuple[Proposal, ...]]
    return Question(tuple[ProductName | None], gives, answer)


def _show() -> Question:
    from weft.governance.agreements import listing

    def answer(session: Session, identity: str) -> listing.Listed:
        at = _office(session)
        return listing.listed(at, at.agreement(identity))

    return Question(tuple[str], listing.Listed, answer)


def _proposal() -> Question:
    from weft.governance.agreements import proposing
    from weft.product.proposal import Proposal

    def answer(session: Session, identity: str) -> Proposal:
        return proposing.proposal(_office(session), identity)

    return Question(tuple[str], Proposal, answer)


def _propose() -> Question:
    from weft.governance.agreements.outcome import Outcome
    from weft.governance.agreements.proposing import propose

    def answer(session: Session, name: str, reason: str, use_case: str) -> Outcome:
        return propose(_office(session), name, reason, use_case)

    return Question(tuple[str, str, str], Outcome, answer, "propose", False)


def _answer() -> Question:
    from weft.governance.agreements.outcome import Outcome
    from weft.governance.agreements.proposing import answer as answered
    from weft.product.proposal import ProposalState

    def answer(session: Session, identity: str, state: ProposalState, because: str) -> Outcome:
        return answered(_office(session), identity, state, because)

    return Question(tuple[str, ProposalState, str], Outcome, answer, "propose", False)


def _documents() -> Question:
    from weft.governance.agreements import exporting, listing

    def answer(session: Session, identity: str) -> dict[str, Any]:
        """By file name; all that one may see where none is named."""
        at = _office(session)
        chosen = [at.agreement(identity)] if identity else [one.agreement for one in listing.agreements(at)]
        return dict(exporting.exported(at, chosen))

    return Question(tuple[str], dict[str, Any], answer)


def _searched() -> Question:
    from weft.governance.audit.searching import Sought, Told, search
    from weft.session.audit import watched

    def answer(session: Session, sought: Sought) -> tuple[Told, ...]:
        return search(watched(session).audit, sought)

    return Question(tuple[Sought], tuple[Told, ...], answer, "search audit")


def _verified() -> Question:
    from weft.governance.audit.verifying import Verdict
    from weft.session.audit import watched

    def answer(session: Session) -> Verdict:
        return watched(session).verify()

    return Question(tuple[()], Verdict, answer, "verify audit")


def _explain() -> Question:
    from weft.query.explaining import Explained, explained

    def answer(session: Session, name: str) -> Explained:
        return explained(session.library, name)

    return Question(tuple[str], Explained, answer)


GOVERNING: dict[str, Callable[[], Question]] = {
    "access.request": _request,
    "access.renew": _renew,
    "access.approve": _deciding("approve", tuple[str, date | None]),
    "access.refuse": _deciding("refuse", tuple[str, str]),
    "access.revoke": _deciding("revoke", tuple[str, str]),
    "access.list": _list,
    "access.show": _show,
    "access.proposal": _proposal,
    "access.propose": _propose,
    "access.answer": _answer,
    "access.documents": _documents,
    "access.explain": _explain,
    "audit.search": _searched,
    "audit.verify": _verified,
}
