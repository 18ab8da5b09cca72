"""Where a rollback leads: an earlier publish of a product, what is withdrawn by it, and who was built on that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from weft.errors import Refused, Unknown
from weft.names import LineName, ProductName, SnapshotId, product_of
from weft.plan.promotion import built_on, revision_of
from weft.product.environment import Published
from weft.product.snapshot import Recorded


@dataclass(frozen=True, slots=True)
class Rollback:
    """All lines of a product back to where they stood after a publish. `expects` is the revision at which it was seen.

    `dependants` are lines of other products that were built on what is withdrawn, each with the withdrawn line behind it.
    """

    environment: str
    product: ProductName
    to: Published
    expects: int
    withdrawn: dict[SnapshotId, LineName]
    dependants: dict[LineName, LineName]
    because: str = ""


def rollback(product: ProductName, recorded: Recorded, publishes: Sequence[Published], to: str = "") -> Rollback:
    """`publishes` are the product's own, newest first; `to` is a run or a revision, else the last that stood elsewhere.

    Raises: Unknown, Refused where there is nothing to go back to or it is not kept any more.
    """
    if product not in recorded.digests:
        raise Unknown("published product", product, recorded.digests)
    now = {pointer.line: pointer.snapshot for pointer in recorded.of(product)}
    target = _named(product, publishes, to) if to else _previous(product, publishes, now)
    if target.gone:
        raise Refused(f"{_told(target)} of {product} is not kept any more", mend=_kept(publishes, now))
    if target.snapshots == now:
        raise Refused(f"{product} stands as it did after {_told(target)} already", mend=_kept(publishes, now))
    withdrawn = {snapshot: line for line, snapshot in now.items() if target.snapshots.get(line) != snapshot}
    earlier = recorded.holds[product].withdrawn if product in recorded.holds else {}
    back = set(target.snapshots.values())
    withdrawn |= {snapshot: line for snapshot, line in earlier.items() if snapshot not in back}
    return Rollback(
        recorded.environment,
        product,
        target,
        revision_of(recorded, product),
        withdrawn,
        resting_on(recorded, withdrawn),
    )


def resting_on(recorded: Recorded, withdrawn: Mapping[SnapshotId, LineName]) -> dict[LineName, LineName]:
    """Lines built on withdrawn snapshots, over any number of products: each with the withdrawn line behind it."""
    behind, found = dict(withdrawn), dict[LineName, LineName]()
    owners = {product_of(line) for line in withdrawn.values()}
    waiting = bool(withdrawn)
    while waiting:
        waiting = False
        for line, pointer in recorded.pointers.items():
            if line in found or product_of(line) in owners:
                continue
            if cause := next((behind[s] for s in built_on(pointer).values() if s in behind), None):
                found[line] = behind[pointer.snapshot] = cause
                waiting = True
    return found


def marked(recorded: Recorded) -> dict[LineName, LineName]:
    """The lines that still rest on what a rollback withdrew, each with the withdrawn line behind it."""
    withdrawn = {s: line for hold in recorded.holds.values() for s, line in hold.withdrawn.items()}
    return resting_on(recorded, withdrawn) if withdrawn else {}


def _named(product: ProductName, publishes: Sequence[Published], to: str) -> Published:
    found = next((p for p in publishes if to in (p.run, str(p.revision))), None)
    if found is None:
        known = [name for p in publishes for name in (str(p.revision), p.run)]
        raise Unknown(f"publish of {product} by run or revision", to, known)
    return found


def _previous(product: ProductName, publishes: Sequence[Published], now: Mapping[LineName, SnapshotId]) -> Published:
    """The newest that stood elsewhere and was not left by an earlier rollback."""
    left = {p.revision for p in _left(publishes)}
    found = next((p for p in publishes if p.snapshots != now and p.stood and p.revision not in left), None)
    if found is None:
        raise Refused(f"{product} never stood elsewhere, so there is nothing to go back to", mend="")
    return found


def _left(publishes: Sequence[Published]) -> Iterator[Published]:
    """What rollbacks went past: from a rollback down to the publish at which it stands again."""
    for place, back in enumerate(publishes):
        if back.kind == "rolled back":
            yield from takewhile(lambda older: older.snapshots != back.snapshots, publishes[place + 1 :])  # noqa: B023 used at once


def _told(publish: Published) -> str:
    return f"revision {publish.revision} (run {publish.run})"


def _kept(publishes: Sequence[Published], now: Mapping[LineName, SnapshotId]) -> str:
    kept = [_told(p) for p in publishes if p.stood and not p.gone and p.snapshots != now]
    return f"Still kept: {', '.join(kept[:5])}." if kept else "No earlier publish of it is kept."
