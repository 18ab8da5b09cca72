"""Products to publish in a registry, one after the other, as a run would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from weft.names import LineName, ProductName, RunId, SnapshotId, sortable_id
from weft.product.contract import Column, Contract, Member, ServiceLevel, Table, Team
from weft.product.mesh import Domain
from weft.product.product import InputPort, OutputPort, Product, Transform
from weft.product.snapshot import ColumnStatistics, Pointed, Publication, Snapshot, SnapshotFile
from weft.registry.seam import Registry
from weft.settings import Settings

BUSY_SECONDS = 20.0
NUMBERS = count(1)


def settings_of(root: Path, url: str = "", busy_seconds: float = BUSY_SECONDS) -> Settings:
    return Settings(
        name="flights",
        root=root,
        domains=root / "domains",
        registry=url or f"sqlite:///{root}/.weft/registry.db",
        store=root / ".weft" / "store",
        busy_seconds=busy_seconds,
    )


DOMAIN = Domain(
    name="operations",
    folder="domains/operations",
    digest="d1",
    description="Flights as flown",
    team=Team("ops", members=(Member("ann", "Ann", "owner"),)),
    terms={"delay": "minutes behind the timetable"},
)


def product(name: str = "operations.flights", digest: str = "p1") -> Product:
    leaf = name.rpartition(".")[2]
    columns = (
        Column("id", "BIGINT", required=True, key_position=1),
        Column("name", "VARCHAR", classification="public", tags=("a", "b"), description="What it is called"),
    )
    promise = Contract(
        f"{leaf}-id",
        "1.0.0",
        (Table(leaf, columns, description="One row each", grain="id"),),
        f"domains/operations/{leaf}/contracts/{leaf}.odcs.yaml",
        status="active",
        service_levels=(ServiceLevel("latency", 4, "h"),),
    )
    return Product(
        ProductName(name),
        f"{leaf}-uuid",
        f"domains/operations/{leaf}",
        digest,
        (promise,),
        (InputPort("planes", "planes-id", "1.0.0"),),
        (OutputPort(leaf, "1.0.0", f"{leaf}-id"),),
        (Transform(leaf, "sql", f"{leaf}.sql", "SELECT 1 AS id, 'a' AS name"),),
        tags=("core",),
        team=Team("ops", members=(Member("ann", "Ann", "owner"), Member("bob", "Bob"))),
    )


def snapshot(line: LineName, run: RunId, fingerprint: str) -> Snapshot:
    identity = SnapshotId(sortable_id())
    path = f"{line.replace('.', '/', 2)}/{run}-{next(NUMBERS)}.parquet"
    return Snapshot(
        identity,
        line,
        fingerprint,
        run,
        datetime.now(UTC),
        (("id", "BIGINT"), ("name", "VARCHAR")),
        (SnapshotFile(path, 3, 100, "abc"),),
        {"planes": "snapshot-of-planes"},
        {"id": ColumnStatistics(0, 1, 3)},
    )


@dataclass
class Publisher:
    """Publishes products one after the other, as one run would."""

    registry: Registry
    run: RunId
    environment: str = "prod"

    def publication(self, of: Product, fingerprint: str | None = None, expects: int | None = None) -> Publication:
        line = of.line(of.leaf, "1")
        fingerprint = fingerprint or f"f{next(NUMBERS)}"
        new = snapshot(line, self.run, fingerprint)
        if expects is None:
            standing = self.registry.recorded(self.environment).pointers.get(line)
            expects = standing.revision if standing else 0
        return Publication(
            self.run, self.environment, of, (Pointed(line, new.id, fingerprint, expects, "checks"),), (new,)
        )

    def publish(self, of: Product, fingerprint: str | None = None) -> Publication:
        publication = self.publication(of, fingerprint)
        self.registry.publish(publication, DOMAIN)
        return publication
