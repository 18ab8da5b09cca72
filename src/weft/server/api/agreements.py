"""Agreements over HTTP: asked for, decided, renewed, revoked, listed; and proposals to extend a port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from weft.access.permissions import Action
from weft.governance.agreements import deciding, exporting, listing, proposing, requesting
from weft.governance.agreements.listing import Listed
from weft.governance.agreements.office import Office
from weft.governance.agreements.outcome import Outcome
from weft.names import ProductName
from weft.product.proposal import Proposal
from weft.server.answers import answer
from weft.server.api.fields import Name, Text
from weft.server.asking import Asker, Asking, acts

router = APIRouter(prefix="/api/v1/agreements", tags=["agreements"])
proposals_router = APIRouter(prefix="/api/v1/proposals", tags=["agreements"])
LONG = 2_000
Identity = Annotated[str, Path(description="The agreement's id, such as a12.", pattern=r"^a[0-9]{1,18}$")]
ProposalIdentity = Annotated[str, Path(description="The proposal's id, such as p13.", pattern=r"^p[0-9]{1,18}$")]
LongText = Annotated[str, Field(min_length=1, max_length=LONG, pattern=r"^[^\x00]*$")]
OfProduct = Annotated[
    str, Query(description="Of one product alone: domain.product.", max_length=200, pattern=r"^[^\x00]*$")
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` is `domain.product.port`, or a table of it, with `@1` where a line is meant; `reader` whom it is for, if not for oneself."""

    name: Annotated[Name, Field(examples=["operations.flights.departures"])]
    purpose: LongText
    use_case: LongText
    role: Text = ""
    until: date | None = None
    reader: Text = ""


@dataclass(frozen=True, slots=True)
class Until:
    """The last day; as long as the port allows at once, where none is said."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Because:
    because: LongText


@dataclass(frozen=True, slots=True)
class WantedExtension:
    """`name` is `domain.product.step`, or `domain.product.table.column`."""

    name: Name
    reason: LongText
    use_case: Text = ""


@dataclass(frozen=True, slots=True)
class Agreements:
    """What waits to be decided comes first."""

    agreements: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    proposals: tuple[Proposal, ...]


@router.get("", openapi_extra=acts("request"), response_model=Agreements)
def list_agreements(asking: Asking, product: OfProduct = "") -> Response:
    """Those that whoever asks may see: their own, those of their domains, and those that they decide on."""
    found = listing.agreements(_office(asking, "request"), ProductName(product) if product else None)
    return answer(Agreements(found))


@router.post("", status_code=201, openapi_extra=acts("request"), response_model=Outcome)
def request_agreement(asking: Asking, said: Wanted) -> Response:
    """Ask to read a port. What is no port but a product's own business becomes a proposal; asking again changes nothing."""
    wish = requesting.Wish(said.name, said.purpose, said.use_case, said.role, said.until, said.reader)
    return answer(requesting.request(_office(asking, "request"), wish), 201)


@router.get("/{identity}", openapi_extra=acts("request"), response_model=Listed)
def show_agreement(asking: Asking, identity: Identity) -> Response:
    """One agreement, with all that was done to it, and whose word it waits for."""
    office = _office(asking, "request")
    return answer(listing.listed(office, office.agreement(identity)))


@router.get("/{identity}/document", openapi_extra=acts("request"))
def export_agreement(asking: Asking, identity: Identity) -> dict[str, Any]:
    """The agreement as a document of the Open Access Agreement Standard, a draft of Bitol (OAAS v0.9.0)."""
    office = _office(asking, "request")
    return exporting.exported(office, [office.agreement(identity)])[identity]


@router.post("/{identity}/approve", openapi_extra=acts("request"), response_model=Outcome)
def approve_agreement(asking: Asking, identity: Identity, said: Until) -> Response:
    """Grant or renew it, or pass it on to the second level: by whom the contract names, else the domain's owners."""
    return answer(deciding.approve(_office(asking, "request"), identity, said.until))


@router.post("/{identity}/refuse", openapi_extra=acts("request"), response_model=Outcome)
def refuse_agreement(asking: Asking, identity: Identity, said: Because) -> Response:
    """Refuse a request, or a renewal."""
    return answer(deciding.refuse(_office(asking, "request"), identity, said.because))


@router.post("/{identity}/revoke", openapi_extra=acts("request"), response_model=Outcome)
def revoke_agreement(asking: Asking, identity: Identity, said: Because) -> Response:
    """End it at once: the next query is refused. Its holder gives it up the same way."""
    return answer(deciding.revoke(_office(asking, "request"), identity, said.because))


@router.post("/{identity}/renew", openapi_extra=acts("request"), response_model=Outcome)
def renew_agreement(asking: Asking, identity: Identity, said: Until) -> Response:
    """Ask for more time; from whoever decides alone, it is given at once."""
    return answer(requesting.renew(_office(asking, "request"), identity, said.until))


@proposals_router.get("", openapi_extra=acts("propose"), response_model=Proposals)
def list_proposals(asking: Asking, product: OfProduct = "") -> Response:
    """Those that whoever asks made, and those to their domains; open ones first."""
    found = listing.proposals(_office(asking, "propose"), ProductName(product) if product else None)
    return answer(Proposals(found))


@proposals_router.post("", status_code=201, openapi_extra=acts("propose"), response_model=Outcome)
def propose_extension(asking: Asking, said: WantedExtension) -> Response:
    """Ask a product to promise what it keeps to itself."""
    return answer(proposing.propose(_office(asking, "propose"), said.name, said.reason, said.use_case), 201)


@proposals_router.get("/{identity}", openapi_extra=acts("propose"), response_model=Proposal)
def show_proposal(asking: Asking, identity: ProposalIdentity) -> Response:
    """One proposal, and what became of it."""
    return answer(proposing.proposal(_office(asking, "propose"), identity))


@proposals_router.post("/{identity}/accept", openapi_extra=acts("propose"), response_model=Outcome)
def accept_proposal(asking: Asking, identity: ProposalIdentity, said: Because) -> Response:
    """The port will promise it."""
    return answer(proposing.answer(_office(asking, "propose"), identity, "accepted", said.because))


@proposals_router.post("/{identity}/decline", openapi_extra=acts("propose"), response_model=Outcome)
def decline_proposal(asking: Asking, identity: ProposalIdentity, said: Because) -> Response:
    """It stays within the product."""
    return answer(proposing.answer(_office(asking, "propose"), identity, "declined", said.because))


def _office(asking: Asker, action: Action) -> Office:
    """Who may do what to one agreement is decided on the agreement itself. Raises: Refused."""
    asking.allow(action)
    session = asking.serving.session
    return Office(session.registry, session.settings, asking.reader, "api", asking.request_id)
