"""Products that read ports of other domains where the mesh asks an agreement for that: what of it they may not read now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from weft.errors import Fault
from weft.names import LineName, ProductName, domain_of, is_preview

if TYPE_CHECKING:
    from weft.access import Decision
    from weft.plan.plan import Desired, Plan
    from weft.product.mesh import Mesh, Read
    from weft.product.product import Product
    from weft.session.opened import Opened


def with_unagreed(session: Opened, plan: Plan, desired: Desired) -> tuple[Desired, tuple[Fault, ...]]:
    """What is to be made and reads without an agreement is refused when it is made, and told by the plan.

    Nothing is looked up where no product that is to be made reads another domain's port.
    """
    products = [desired.mesh.products[one.product] for one in plan.work if one.product in desired.mesh.products]
    asking = [product for product in products if next(_of_others(product, desired.mesh), None)]
    if not asking:
        return desired, ()
    from weft.registry.access_rules import agreement_rules

    if agreement_rules(session.registry, session.settings).products != "required":
        return desired, ()
    refused: dict[tuple[ProductName, LineName], tuple[str, str]] = {}
    faults: list[Fault] = []
    for product in asking:
        for read, line, decision in _refused(session, product, desired):
            refused[product.name, line] = decision.reason, decision.mend
            message = f"input port '{read.port.name}': {decision.reason}"
            faults.append(Fault(read.port.place, message, decision.mend, "warning"))
    return replace(desired, unagreed=refused), tuple(dict.fromkeys(faults))


def _of_others(product: Product, mesh: Mesh) -> Iterator[tuple[Read, LineName]]:
    for read in mesh.reads(product).values():
        if read.line is not None and not is_preview(read.line) and domain_of(read.line) != product.domain:
            yield read, read.line


def _refused(session: Opened, product: Product, desired: Desired) -> Iterator[tuple[Read, LineName, Decision]]:
    from weft.access import Reader
    from weft.access.sight import Known, sight

    agreements = session.registry.agreements.of(product.name)
    known = Known(desired.mesh, desired.as_of.date(), agreements, products_need_agreements=True)
    for read, line in _of_others(product, desired.mesh):
        found = sight(Reader(product.name), line, known)
        if not found.is_allowed:
            yield read, line, found.decision
