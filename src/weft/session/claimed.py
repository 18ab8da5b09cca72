"""The versions that a promotion claims, held against the consumers that `prod` has now: some may have come since the environment was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.names import PROD, ProductName
from weft.plan.evolution import Compared, Evolution
from weft.product.mesh import Mesh

if TYPE_CHECKING:
    from weft.product.product import Product
    from weft.session.opened import Opened

Products = dict[ProductName, "Product"]


def claimed(session: Opened, before: Products, after: Products) -> Evolution:
    """What the products of a promotion promise otherwise than `prod` does. Consumers are looked at only where it is up to them.

    `session` is one of `prod`.
    """
    from weft.plan.evolution.comparing import promises_changed

    both = tuple(sorted(before.keys() & after.keys()))
    changed = promises_changed(Compared(Mesh("", {}, before), Mesh("", {}, after), both))
    if all(change.impact != "conditional" for port in changed for change in port.changes):
        return Evolution(changed)
    from weft.session.impact import reached

    prod, lines = session.registry.products(environment=PROD), session.registry.recorded(PROD).input_lines
    was, will = (Mesh("", {}, products, recorded_lines=lines) for products in (prod, prod | after))
    return reached(session, Evolution(changed), Compared(was, will, both))
