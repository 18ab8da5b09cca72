"""Environments beside `prod`, where each began, and what a rollback holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from weft.names import LineName, ProductName, SnapshotId
from weft.product.product import Product


@dataclass(frozen=True, slots=True)
class Environment:
    """A named set of pointers. `revision` is the registry's when it was made or last brought up to date with `prod`.

    `changed` are the lines that point elsewhere than where they began. It expires unless it is used before.
    """

    name: str
    who: str
    revision: int
    made_at: datetime
    used_at: datetime
    expires_at: datetime
    changed: tuple[LineName, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """Where a product of an environment began: the revision of its last publish in `prod` (0: it was not there), and its digest."""

    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A product that was rolled back, and that no apply moves on before somebody resumes it.

    `withdrawn` are the snapshots that were taken from it, by id: each with the line that pointed at it.
    """

    product: ProductName
    since: datetime
    who: str
    run: str
    revision: int
    because: str = ""
    withdrawn: dict[SnapshotId, LineName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a line stood after a publish: a pointer, as it was."""

    snapshot: SnapshotId
    fingerprint: str
    checks: str = ""
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """One publish of a product and where each of its lines stood after it. `gone` are those whose snapshot is not kept any more."""

    revision: int
    kind: str
    run: str
    who: str
    published_at: datetime
    digest: str
    stood: dict[LineName, Stood]
    gone: tuple[LineName, ...] = ()

    @property
    def snapshots(self) -> dict[LineName, SnapshotId]:
        return {line: stood.snapshot for line, stood in self.stood.items()}


@dataclass(frozen=True, slots=True)
class Edition:
    """A product's documents as one publish brought them: what it promised, and how it was made, until the next edition."""

    revision: int
    published_at: datetime
    who: str
    run: str
    product: Product
