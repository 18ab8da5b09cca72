"""What happened lately to what this checkout reads from other checkouts: shown by plan and check, where their people look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.names import PROD, ProductName, label_of

if TYPE_CHECKING:
    from weft.names import LineName
    from weft.product.snapshot import Event
    from weft.session.session import Session

KINDS = ("published", "deprecated", "retired", "rolled back", "bridged")
LATELY = timedelta(days=7)


def notices(session: Session, chosen: Iterable[ProductName] | None = None) -> tuple[Event, ...]:
    """The newest event of each product that the chosen ones read (all of this checkout where none are given), the newest first, and before them agreements of theirs that end.

    One of a table is told to readers of its line alone. Products of this checkout are left out: who changed them saw it in the plan. Where all are here, nothing is asked.
    """
    mesh = session.mesh
    if not mesh.absent:
        return ()
    since = datetime.now(UTC) - LATELY
    newest = session.registry.journal.outbox.newest(PROD, KINDS)
    lately = {name: event for name, event in newest.items() if name in mesh.absent and event.at >= since}
    products = tuple(mesh.present if chosen is None else (mesh.products[n] for n in chosen if n in mesh.products))
    ending = _ending(session, {product.name for product in products})
    if not lately:
        return ending
    reads = [read.line for product in products for read in mesh.reads(product).values() if read.line]
    found = [event for event in lately.values() if any(_concerns(event, line) for line in reads)]
    return (*ending, *sorted(found, key=lambda event: event.at, reverse=True))


def _ending(session: Session, readers: set[ProductName]) -> tuple[Event, ...]:
    """Agreements that these products read by, and that end soon: no build of theirs goes on after that."""
    found = session.registry.agreements.on(session.mesh.absent)
    if not found:
        return ()
    from weft.governance.agreements.ending import endings

    own = [one for one in found if one.reader in readers]
    return tuple(endings(own, datetime.now(UTC)))


def _concerns(event: Event, line: LineName) -> bool:
    """An event without a line is told to the readers of all, one of a table to those of its line."""
    if not line.startswith(f"{event.product}."):
        return False
    return not event.line or label_of(line) == event.line.partition("@")[2]
