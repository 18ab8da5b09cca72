"""One product to be made in one run, and what it is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from weft.names import LineName, RunId
from weft.plan.plan import Desired, ProductPlan
from weft.product.product import Product
from weft.product.snapshot import Snapshot
from weft.run.stopping import Stopping
from weft.run.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Job:
    """One product to be made in one run. `snapshots` is where every line that it reads stands by now, `before` where it stood when the run began."""

    shop: Workshop
    desired: Desired
    run: RunId
    environment: str
    product: Product
    plan: ProductPlan
    snapshots: Mapping[LineName, Snapshot]
    """Moved on by other products while this one is made: to be asked for lines, and not gone through."""
    before: Mapping[LineName, Snapshot]
    stopping: Stopping = field(default_factory=Stopping)
