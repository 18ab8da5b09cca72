"""What a plan builds on, looked at once more when its run begins (docs/decisions/0006-reads-are-looked-at-once.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from weft.errors import Moved
from weft.names import LineName, product_of
from weft.product.snapshot import Recorded

if TYPE_CHECKING:
    from weft.session.planned import Planned


def refuse_moved(planned: Planned, now: Recorded) -> None:
    """Raises: Moved, where a table of another product that is built on has been published anew since it was planned."""
    if now.revision == planned.recorded.revision:
        return
    for line in _built_on(planned):
        before, found = planned.recorded.pointers.get(line), now.pointers.get(line)
        if (before and before.snapshot) != (found and found.snapshot):
            raise Moved(line, before.revision if before else 0, found.revision if found else 0)


def _built_on(planned: Planned) -> Iterator[LineName]:
    """The lines of products that this plan does not publish itself."""
    mesh = planned.desired.mesh
    working = {product.product for product in planned.plan.work}
    building = (mesh.products[product.product] for product in planned.plan.work if product.builds)
    lines = (read.line for product in building for read in mesh.reads(product).values() if read.line is not None)
    return (line for line in lines if product_of(line) not in working)
