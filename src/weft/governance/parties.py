"""Whom an agreement or a proposal makes concerned by what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weft.access.approving import approvers
from weft.product.agreement import Agreement
from weft.product.mesh import Mesh
from weft.product.proposal import Proposal
from weft.product.snapshot import Event

Agreed = Iterable[Agreement | Proposal]


def about(one: Agreement | Proposal) -> str:
    """What an event says in place of a run, where it is about an agreement or a proposal as it stands now: `a12.3`."""
    return f"{one.id}.{one.revision}"


def parties(event: Event, mesh: Mesh, agreed: Agreed) -> Iterator[str]:
    """Who asked, who reads, and who decides."""
    identity = event.run.partition(".")[0]
    for one in agreed:
        if one.id != identity:
            continue
        if isinstance(one, Proposal):
            yield one.who
        else:
            yield from dict.fromkeys((one.reader, one.requested_by, *_deciding(one, mesh)))


def _deciding(agreement: Agreement, mesh: Mesh) -> Iterator[str]:
    product = mesh.products.get(agreement.product)
    for port in product.output_ports if product else ():
        contract = product.promise(port) if product and port.name == agreement.port_name else None
        if product and contract and contract.line == agreement.line:
            yield from approvers(product, contract, agreement.role, mesh).all
