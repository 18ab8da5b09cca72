"""What a promotion moves: which products of an environment differ from where they began, and whether `prod` moved on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from weft.names import SORTABLE_ID, LineName, ProductName, SnapshotId, product_of
from weft.product.environment import Base, Hold
from weft.product.snapshot import Pointer, Recorded

READS = ("read", "through")
"""The parts of a fingerprint that name the snapshot of another product's table."""


@dataclass(frozen=True, slots=True)
class PromotedProduct:
    """One product to move. `expects` is the revision it must stand at in `prod` (0: not there), `seen` that in the environment.

    `lines` point elsewhere afterwards; `proved` are those of them, and those with other rules, whose checks must have held.
    """

    product: ProductName
    expects: int
    seen: int
    lines: tuple[LineName, ...] = ()
    proved: tuple[LineName, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a product cannot be promoted: `name` moved on in `prod` from revision `base` to `found`, or the environment is behind itself."""

    product: ProductName
    name: str
    base: int
    found: int
    message: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """`relies` are lines that are not moved and that what is moved was built on, with the revision at which they were seen."""

    environment: str
    products: tuple[PromotedProduct, ...]
    relies: dict[LineName, int]
    conflicts: tuple[Conflict, ...] = ()
    held: tuple[Hold, ...] = ()

    @property
    def lines(self) -> tuple[LineName, ...]:
        return tuple(line for product in self.products for line in product.lines)


def promotion(environment: Recorded, prod: Recorded, bases: Mapping[ProductName, Base]) -> Promotion:
    """What promoting would do, and all that stands against it."""
    there = standing_of(prod)
    names = [name for name in touched(environment, bases) if not _equal(name, environment, prod)]
    products = tuple(_promoted(name, environment, prod) for name in names)
    conflicts = [
        _moved_on(name, bases.get(name), there.get(name)) for name in names if there.get(name) != bases.get(name)
    ]
    relies: dict[LineName, int] = {}
    for name in names if not conflicts else ():
        conflicts += _of_inputs(name, (environment, prod, frozenset(names)), relies)
    held = tuple(hold for hold in (prod.holds.get(name) for name in names) if hold and _takes_back(hold, environment))
    return Promotion(environment.environment, products, relies, tuple(conflicts), held)


def touched(environment: Recorded, bases: Mapping[ProductName, Base]) -> tuple[ProductName, ...]:
    """The products that were published in an environment since it began, by name; those that it removed are among them."""
    here = standing_of(environment)
    return tuple(name for name in sorted({*here, *bases}) if here.get(name) != bases.get(name))


def standing_of(recorded: Recorded) -> dict[ProductName, Base]:
    """Every product with the revision of its last publish and its digest."""
    return {name: Base(revision_of(recorded, name), digest) for name, digest in recorded.digests.items()}


def revision_of(recorded: Recorded, product: ProductName) -> int:
    """A publish moves all lines of a product to one revision; 0 where it has none."""
    return max((pointer.revision for pointer in recorded.of(product)), default=0)


def built_on(pointer: Pointer) -> dict[str, SnapshotId]:
    """By the name that its product's SQL says: the snapshots of other products that a line was built on."""
    found = ((part.partition(" "), value) for part, value in pointer.parts.items())
    return {
        name: SnapshotId(value) for (kind, _, name), value in found if kind in READS and SORTABLE_ID.fullmatch(value)
    }


def _equal(name: ProductName, environment: Recorded, prod: Recorded) -> bool:
    return environment.digests.get(name) == prod.digests.get(name) and _stands(name, environment) == _stands(name, prod)


def _stands(name: ProductName, recorded: Recorded) -> dict[LineName, tuple[str, str, str]]:
    return {p.line: (p.snapshot, p.fingerprint, p.checks) for p in recorded.of(name)}


def _promoted(name: ProductName, environment: Recorded, prod: Recorded) -> PromotedProduct:
    before, after = _stands(name, prod), _stands(name, environment)
    lines = [line for line in {**before, **after} if before.get(line, ("",))[0] != after.get(line, ("",))[0]]
    unproved = [line for line, (snapshot, _, checks) in after.items() if _proof(before.get(line)) != (snapshot, checks)]
    gone = name not in environment.digests
    return PromotedProduct(
        name, revision_of(prod, name), revision_of(environment, name), tuple(lines), tuple(unproved), gone
    )


def _proof(stands: tuple[str, str, str] | None) -> tuple[str, str] | None:
    return None if stands is None else (stands[0], stands[2])


def _moved_on(name: ProductName, base: Base | None, found: Base | None) -> Conflict:
    before, now = (base.revision if base else 0), (found.revision if found else 0)
    what = "was removed from prod" if found is None else f"is at revision {now} in prod"
    return Conflict(name, name, before, now, f"{name} {what} and began at revision {before}")


def _of_inputs(
    name: ProductName, values: tuple[Recorded, Recorded, frozenset[ProductName]], relies: dict[LineName, int]
) -> Iterator[Conflict]:
    """What the product was built on is either promoted with it, or where `prod` stands."""
    environment, prod, moving = values
    lines = {pointer.snapshot: pointer.line for pointer in environment.pointers.values()}
    for read, snapshot in dict.fromkeys(item for p in environment.of(name) for item in built_on(p).items()):
        line = lines.get(snapshot)
        if line is None:
            message = f"{name} was built on a snapshot of `{read}` that {environment.environment} has left"
            yield Conflict(name, read, 0, 0, message)
        elif product_of(line) not in moving:
            stands, began = prod.pointers.get(line), environment.pointers[line].revision
            if stands is None or stands.snapshot != snapshot:
                found = stands.revision if stands else 0
                message = f"{name} was built on {line} of revision {began}; prod has {found or 'it no more'}"
                yield Conflict(name, line, began, found, message)
            else:
                relies[line] = stands.revision


def _takes_back(hold: Hold, environment: Recorded) -> bool:
    return any(pointer.snapshot in hold.withdrawn for pointer in environment.of(hold.product))
