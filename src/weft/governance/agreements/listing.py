"""What somebody may see of agreements and proposals: their own, those of their domain, and those that wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weft.access.deciding import By, may_decide, next_approvers
from weft.governance.agreements.office import Office
from weft.governance.agreements.proposing import may_see
from weft.names import ProductName
from weft.product.agreement import Agreement
from weft.product.proposal import Proposal


@dataclass(frozen=True, slots=True)
class Listed:
    """`waits_for` are whose word it waits for now; `is_yours_to_decide` whether the caller's is one of those."""

    agreement: Agreement
    standing: str
    waits_for: tuple[str, ...] = ()
    is_yours_to_decide: bool = False


def agreements(office: Office, product: ProductName | None = None) -> tuple[Listed, ...]:
    """What waits to be decided first, then by port and reader."""
    found = office.registry.agreements.on([product] if product else None)
    seen = [listed(office, one) for one in found if office.may_see(one)]
    return tuple(sorted(seen, key=lambda one: (not one.agreement.is_open, one.agreement.port, one.agreement.reader)))


def listed(office: Office, one: Agreement) -> Listed:
    standing = one.standing(office.today)
    promise = office.promise(one) if one.is_open else None
    if promise is None:
        return Listed(one, standing)
    by: By = office.by(one.domain)
    return Listed(one, standing, next_approvers(one, promise[2]), may_decide(one, by, promise[2]))


def proposals(office: Office, product: ProductName | None = None) -> tuple[Proposal, ...]:
    """Open ones first."""
    return tuple(sorted(_proposals(office, product), key=lambda one: one.state != "open"))


def _proposals(office: Office, product: ProductName | None) -> Iterator[Proposal]:
    for one in office.registry.agreements.proposals.on([product] if product else None):
        if may_see(office, one):
            yield one
