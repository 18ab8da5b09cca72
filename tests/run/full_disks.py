"""Applies a mesh while the disk of its store or of its registry is full, and once more when there is room again.

Run as a program, so that a limit on files, or a small disk that is mounted for it, ends with it. What is full is either
a disk of a few megabytes (`tmpfs`: the system says ENOSPC) or what a process may write to one file (`limit`: EFBIG).
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.meshes import A, Made, Source, write_mesh

from weft.errors import RegistryFault
from weft.names import LineName, SnapshotId
from weft.run.report import Event, RunReport
from weft.session import Session, open_session

DISK_BYTES = 24_000_000
LIMIT_BYTES = {"store": 3_000_000, "registry": 4096}
SPARED_BYTES = {"store": 500_000, "registry": 0}
FEW = 10
MORE = {"store": 400_000, "registry": 11}
"""Rows of the second apply: too many for a full store, no more than a full registry's neighbours may write."""
BIG = LineName("base.numbers.big@1")
COUNTED = LineName("reader.counts.counted@1")


@dataclass(frozen=True)
class Disk:
    fill: Callable[[], None]
    free: Callable[[], None]


def limited(where: str) -> Disk:
    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return Disk(lambda: limit(LIMIT_BYTES[where]), lambda: limit(resource.RLIM_INFINITY))


def mounted(folder: Path, where: str) -> Disk:
    """Full but for what is spared."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True)
    filler = folder / "filler"

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                file.truncate(file.tell() - SPARED_BYTES[where])

    return Disk(fill, filler.unlink)


ROOTS = "SELECT sqrt(g.n) AS x, sqrt(g.n + 0.5) AS y FROM (SELECT unnest(range(rows)) AS n FROM size) g"


def mesh(root: Path, settings: str) -> None:
    write_mesh(
        root,
        A(
            "base.numbers",
            [
                Made("big", {"x": "number", "y": "number"}, ROOTS),
                Made("small", {"rows": "integer"}, "SELECT rows FROM size"),
            ],
            [Source("size", {"rows": "integer"}, f"rows\n{FEW}\n")],
        ),
        A(
            "reader.counts",
            [Made("counted", {"rows": "integer"}, "SELECT count(*) AS rows FROM big.big")],
            reads=["base.numbers.big"],
        ),
        settings=settings,
    )


def standing(session: Session) -> dict[LineName, SnapshotId]:
    """Every line and its snapshot, whose files all have the digests that were recorded."""
    session.refresh()
    pointers = session.recorded.pointers
    found = session.registry.snapshots({pointer.snapshot for pointer in pointers.values()})
    for line, pointer in pointers.items():
        assert session.store.verify(found[pointer.snapshot]) == (), line
    return {line: pointer.snapshot for line, pointer in pointers.items()}


def rows_of(session: Session, line: LineName) -> int:
    snapshot = session.recorded.pointers[line].snapshot
    return session.registry.snapshots([snapshot])[snapshot].rows


def applied(session: Session, observe: Callable[[Event], None] = lambda event: None) -> RunReport:
    session.refresh()
    return session.apply(session.plan(), observe)


def store_is_full(session: Session, disk: Disk) -> None:
    before = standing(session)
    disk.fill()
    report = applied(session)
    failed, waited = report.products
    assert (failed.state, waited.state) == ("failed", "waited"), report
    assert any(word in failed.message for word in ("the disk is full", "no space to write")), failed.message
    assert "then apply again" in failed.message, failed.message
    assert standing(session) == before
    steps = session.registry.journal.facts("steps").to_pylist()
    assert {step["state"] for step in steps if step["run"] == report.run} == {"failed", "skipped"}, steps


def registry_is_full(session: Session, disk: Disk) -> None:
    """Before a run begins; and while it is going on."""
    before = standing(session)
    disk.fill()
    try:
        applied(session)
    except RegistryFault as fault:
        said = str(fault)
    assert any(word in said for word in ("Free some space", "See that the disk has space")), said
    disk.free()
    assert standing(session) == before
    report = applied(
        session, lambda event: disk.fill() if event.kind == "began" and event.product == "base.numbers" else None
    )
    assert [product.state for product in report.products] == ["failed", "waited"], report
    assert "the registry" in report.products[0].message, report.products[0].message
    disk.free()
    assert standing(session) == before


SCENARIOS = {"store": store_is_full, "registry": registry_is_full}


def main(root: Path, where: str, kind: str) -> None:
    small = root.parent / "small"
    disk = mounted(small, where) if kind == "tmpfs" else limited(where)
    place = small if kind == "tmpfs" else root / "place"
    mesh(root, f"store: {place}/store" if where == "store" else f"registry: sqlite:///{place}/registry.db")
    with open_session(root) as session:
        assert applied(session).succeeded
        (root / "domains/base/numbers/size.csv").write_text(f"rows\n{MORE[where]}\n")
        SCENARIOS[where](session, disk)
    if where == "store":
        disk.free()
    with open_session(root) as session:
        report = applied(session)
        assert report.succeeded, report
        standing(session)
        assert rows_of(session, BIG) == MORE[where]
        assert rows_of(session, COUNTED) == 1
        assert session.plan().plan.is_empty
    print("whole")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
