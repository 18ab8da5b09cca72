"""Agreements as a checkout may know of them: its own products', and those on its own domains' ports."""

from __future__ import annotations

from collections.abc import Sequence

from weft.access.reader import names_product
from weft.errors import Moved
from weft.governance.classifications import Desk as Declassifying
from weft.names import ProductName, domain_of
from weft.product.agreement import Agreement
from weft.product.declassification import Declassification
from weft.product.proposal import Proposal
from weft.server.seams.desk import Desk


def of(desk: Desk, reader: str) -> tuple[Agreement, ...]:
    """One's own, and those of one's own domains' products. Raises: Refused."""
    if reader != desk.reader.name:
        desk.allow("apply", domain_of(ProductName(reader)) if names_product(reader) else "")
    return desk.registry.agreements.of(reader)


def on(desk: Desk, products: Sequence[ProductName] | None) -> tuple[Agreement, ...]:
    found = desk.registry.agreements.on(products)
    return tuple(one for one in found if desk.may("see consumers", one.domain) or _is_own(desk, one))


def _is_own(desk: Desk, one: Agreement) -> bool:
    return one.reader == desk.reader.name or (names_product(one.reader) and desk.is_own(ProductName(one.reader)))


def proposals_on(desk: Desk, products: Sequence[ProductName] | None) -> tuple[Proposal, ...]:
    found = desk.registry.agreements.proposals.on(products)
    return tuple(one for one in found if desk.may("see consumers", domain_of(one.product)))


def declassifications(desk: Desk) -> tuple[Declassification, ...]:
    """What is less confidential than what it comes from is no secret."""
    return desk.registry.declassifications.all()


def ask_declassification(desk: Desk, asked: Declassification) -> Declassification:
    """What a checkout says of who asked and when counts for nothing."""
    office = Declassifying(desk.registry, desk.reader, "registry")
    return office.ask((asked.line, asked.column), asked.names, asked.reason, asked.until)


def change_declassification(desk: Desk, changed: Declassification) -> Declassification:
    """Raises: Moved, where somebody else decided since."""
    found = desk.registry.declassifications.named(changed.id)
    if found and found.revision != changed.revision:
        raise Moved(f"declassification {changed.id}", changed.revision, found.revision)
    return Declassifying(desk.registry, desk.reader, "registry").decide(changed.id, changed.state, changed.decision)


def classified_state(desk: Desk) -> str:
    return desk.registry.declassifications.state()
