"""Files that are replaced, half written or gone: what is published stays as it is, and the fault says how to mend it."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.meshes import claimed

from weft.errors import StoreFault
from weft.names import LineName, ProductName
from weft.run.report import RunReport
from weft.session import Choice, Session, open_session

PLANE = LineName("fleet.planes.plane@1")
FLEET = ProductName("fleet.planes")
LONG_AGO = 1_600_000_000
LOOKED_AT: dict[str, Callable[[], None]] = {}
"""What happens once when a file is opened: Python's audit hooks cannot be taken away again, so that one serves all tests."""


def audited(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and LOOKED_AT and (act := LOOKED_AT.pop(str(arguments[0]), None)):
        act()


sys.addaudithook(audited)


def applied(root: Path, *select: str, full: bool = False) -> RunReport:
    with open_session(root) as session:
        return session.apply(claimed(session, Choice(select, full)))


def source(root: Path) -> Path:
    return root / "domains/fleet/planes/plane_file.csv"


def written(path: Path, text: str, seconds: int = LONG_AGO) -> None:
    """By renaming, as a careful writer does; the time is one that can be trusted."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.utime(new, (seconds, seconds))
    new.replace(path)


def seats(session: Session) -> dict[str, int]:
    session.refresh()
    with session.query("SELECT tail, seats FROM fleet.planes.plane") as answer:
        return dict(zip(*answer.arrow().to_pydict().values(), strict=True))


def file_of(session: Session, line: LineName) -> Path:
    snapshot = session.recorded.pointers[line].snapshot
    (path,) = session.store.paths(session.registry.snapshots([snapshot])[snapshot])
    return path


@pytest.mark.parametrize("is_young", [False, True], ids=["long after it was written", "right after it was written"])
def test_a_source_that_is_replaced_while_it_is_read_is_read_again(root: Path, is_young: bool) -> None:
    """With the same size: only its time tells, and that of a file just written cannot be trusted."""
    applied(root)
    path = source(root)
    before = path.read_text()
    shown, later = before.replace("N1,51", "N1,61"), before.replace("N1,51", "N1,71")
    if is_young:
        path.write_text(shown)
    else:
        written(path, shown)
    with open_session(root) as session:
        planned = session.plan()
        LOOKED_AT[str(path)] = lambda: path.write_text(later) if is_young else written(path, later, LONG_AGO + 60)
        report = session.apply(planned)
        assert not LOOKED_AT
        if report.products[0].state == "failed":
            assert "plane_file.csv: it changed while it was read. Apply again" in report.products[0].message
            assert seats(session)["N1"] == 51
    applied(root)
    with open_session(root) as session:
        assert seats(session)["N1"] == 71
        assert session.plan().plan.is_empty


@pytest.mark.parametrize(
    ("torn", "said"),
    [
        ("tail,seats\nN1,51\nN2", "plane_file.csv"),
        ('tail,seats\nN1,51\n"N2', "plane_file.csv"),
        ("", "plane_file.csv"),
    ],
    ids=["within a line", "within quotes", "before the first line"],
)
def test_a_source_that_is_half_written_changes_nothing(root: Path, torn: str, said: str) -> None:
    applied(root)
    source(root).write_text(torn)
    report = applied(root)
    assert [product.state for product in report.products] == ["failed", "waited", "waited"]
    assert said in report.products[0].message
    with open_session(root) as session:
        assert seats(session)["N1"] == 51


def test_a_packed_source_that_is_half_written_changes_nothing(root: Path) -> None:
    path = source(root)
    contract = root / "domains/fleet/planes/contracts/plane_file.odcs.yaml"
    contract.write_text(contract.read_text().replace("plane_file.csv", "plane_file.csv.gz"))
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert applied(root).succeeded
    packed.write_bytes(gzip.compress(path.read_bytes().replace(b"N1,51", b"N1,61"))[:-12])
    message = applied(root).products[0].message
    assert "plane_file.csv.gz" in message
    assert "half written" in message
    with open_session(root) as session:
        assert seats(session)["N1"] == 51


def test_a_vanished_file_of_the_store_is_named_and_its_mend_mends_it(root: Path) -> None:
    applied(root)
    with open_session(root) as session:
        path = file_of(session, PLANE)
        path.unlink()
        with pytest.raises(StoreFault) as caught:
            seats(session)
    assert str(path) in str(caught.value)
    assert caught.value.mend.endswith("build it anew: weft apply --full --select fleet.planes")
    assert applied(root, FLEET, full=True).succeeded
    with open_session(root) as session:
        assert seats(session)["N1"] == 51
        assert (
            session.store.verify(session.registry.snapshots([session.recorded.pointers[PLANE].snapshot]).popitem()[1])
            == ()
        )
    assert applied(root).succeeded
    with open_session(root) as session:
        assert session.plan().plan.is_empty


def test_who_reads_a_vanished_file_says_whose_it_is(root: Path) -> None:
    applied(root)
    with open_session(root) as session:
        file_of(session, PLANE).unlink()
    sql = root / "domains/operations/flights/transforms/departures.sql"
    sql.write_text(sql.read_text().replace("p.seats", "p.seats + 1 AS seats"))
    failed = applied(root).products[0]
    assert (failed.product, failed.state) == ("operations.flights", "failed")
    assert "weft apply --full --select fleet.planes" in failed.message
    assert applied(root, FLEET, full=True).succeeded
    assert applied(root).succeeded


def test_a_table_that_comes_out_the_same_does_not_stay_where_its_file_is_gone(root: Path) -> None:
    applied(root)
    with open_session(root) as session:
        file_of(session, PLANE).unlink()
    (root / "domains/fleet/planes/transforms/plane.sql").write_text("SELECT tail, seats + 0 AS seats FROM plane_file")
    assert applied(root).succeeded
    with open_session(root) as session:
        assert seats(session)["N1"] == 51


def test_a_kept_snapshot_whose_file_is_gone_is_not_taken_again(root: Path) -> None:
    applied(root)
    sql = root / "domains/fleet/planes/transforms/plane.sql"
    first = sql.read_text()
    with open_session(root) as session:
        file_of(session, PLANE).unlink()
    sql.write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    assert applied(root).succeeded
    sql.write_text(first)
    failed = applied(root).products[0]
    assert failed.state == "failed"
    assert "weft apply --full --select fleet.planes" in failed.message
    with open_session(root) as session:
        assert seats(session)["N1"] == 52
    assert applied(root, FLEET, full=True).succeeded
    with open_session(root) as session:
        assert seats(session)["N1"] == 51
