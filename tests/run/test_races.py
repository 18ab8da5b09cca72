"""Several programs at once on one mesh: each gets what it asked for, or is told what moved; nothing is mixed, lost or swept away."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path

import duckdb
from tests.meshes import A, Made, claimed, write_mesh
from tests.run.racing import Racer, racer

from weft.names import LineName
from weft.session import Session, open_session

SHARED = "registry: sqlite:///{0}/registry.db\nstore: {0}/store\nretention_days: 0"


def two_tables(name: str, generation: int) -> A:
    """A product whose tables say which checkout they are of."""
    columns = {"generation": "integer"}
    makes = [Made(table, columns, f"SELECT {generation} AS generation FROM range(9)") for table in ("one", "two")]
    return A(name, makes)


def checkout(folder: Path, place: Path, *products: A) -> Path:
    return write_mesh(folder, *products, settings=SHARED.format(place))


def generations(session: Session, product: str) -> list[set[int]]:
    """What the tables of a product hold; every file has the digest that was recorded."""
    session.refresh()
    found = []
    for table in ("one", "two"):
        snapshot_id = session.recorded.pointers[LineName(f"{product}.{table}@1")].snapshot
        snapshot = session.registry.snapshots([snapshot_id])[snapshot_id]
        assert session.store.verify(snapshot) == ()
        with duckdb.connect() as connection:
            files = [str(path) for path in session.store.paths(snapshot)]
            found.append({row[0] for row in connection.read_parquet(files).fetchall()})
    return found


def done(racing: Racer) -> list[list[str]]:
    said: list[list[str]] = racing.says()
    racing.goes_on()
    return said


def test_neither_of_two_applies_waits_for_the_others_work(tmp_path: Path) -> None:
    """The first has begun and stands still; the second, of another domain's checkout, comes and is done meanwhile."""
    first = checkout(tmp_path / "first", tmp_path, two_tables("fleet.planes", 1))
    second = checkout(tmp_path / "second", tmp_path, two_tables("weather.hours", 2))
    with racer("apply", first, "fleet.planes") as slow, racer("apply", second, "weather.hours") as quick:
        for racing in (slow, quick):
            assert racing.says() == "planned"
        slow.goes_on()
        assert slow.says() == "begun"
        quick.goes_on()
        assert quick.says() == "begun"
        quick.goes_on()
        assert done(quick) == [["published", ""]]
        slow.goes_on()
        assert done(slow) == [["published", ""]]
    with open_session(first) as session:
        assert generations(session, "fleet.planes") == [{1}, {1}]
        assert generations(session, "weather.hours") == [{2}, {2}]
        assert {run["state"] for run in session.registry.journal.facts("runs").to_pylist()} == {"succeeded"}


def test_of_two_applies_of_one_product_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    """Both have planned and begun; a program that only knows of the loser's checkout sees one generation in both tables."""
    first = checkout(tmp_path / "first", tmp_path, two_tables("fleet.planes", 1))
    second = checkout(tmp_path / "second", tmp_path, two_tables("fleet.planes", 2))
    with racer("apply", first, "fleet.planes") as loser, racer("apply", second, "fleet.planes") as winner:
        for racing in (loser, winner):
            assert racing.says() == "planned"
            racing.goes_on()
            assert racing.says() == "begun"
        winner.goes_on()
        assert done(winner) == [["published", ""]]
        loser.goes_on()
        ((state, message),) = done(loser)
    assert state == "failed"
    assert message == (
        "fleet.planes.one@1 has moved since this was planned (expected revision 0, found 1). Plan again, then apply."
    )
    with open_session(first) as session:
        assert generations(session, "fleet.planes") == [{2}, {2}]
        states = [run["state"] for run in session.registry.journal.facts("runs").to_pylist()]
        assert sorted(states) == ["failed", "succeeded"]
        assert session.apply(claimed(session)).succeeded
        assert generations(session, "fleet.planes") == [{1}, {1}]


def test_many_applies_at_once_lose_no_publish(tmp_path: Path) -> None:
    """Four checkouts, none of which has a registry yet, all let go at the same moment."""
    names = [f"domain{n}.product" for n in range(4)]
    folders = [checkout(tmp_path / name, tmp_path, two_tables(name, n)) for n, name in enumerate(names)]
    with ExitStack() as stack:
        racers = [stack.enter_context(racer("apply", f, n)) for f, n in zip(folders, names, strict=True)]
        for word in ("planned", "begun"):
            assert [racing.says() for racing in racers] == [word] * 4
            for racing in racers:
                racing.goes_on()
        assert [done(racing) for racing in racers] == [[["published", ""]]] * 4
    with open_session(folders[0]) as session:
        assert [generations(session, name) for name in names] == [[{n}, {n}] for n in range(4)]
        assert sorted(p.revision for p in session.recorded.pointers.values()) == [1, 1, 2, 2, 3, 3, 4, 4]


def test_rows_stay_readable_while_what_they_are_of_is_replaced_and_swept(tmp_path: Path) -> None:
    root = checkout(tmp_path / "mesh", tmp_path, two_tables("fleet.planes", 1))
    with open_session(root) as session:
        assert session.apply(claimed(session)).succeeded
        with racer("read", root, "SELECT * FROM fleet.planes.one WHERE generation = 1") as reader:
            assert reader.says() == 9
            write_mesh(root, two_tables("fleet.planes", 2), settings=SHARED.format(tmp_path))
            session.refresh()
            assert session.apply(claimed(session)).swept[0] == 1, "the table that nobody reads"
            assert session.sweep() == (0, 0)
            reader.goes_on()
            assert reader.says() == 9
            reader.goes_on()
            reader.process.wait()
        assert session.sweep()[0] == 1
        assert generations(session, "fleet.planes") == [{2}, {2}]


def test_the_lease_of_a_reader_that_was_killed_runs_out(tmp_path: Path) -> None:
    root = checkout(tmp_path / "mesh", tmp_path, two_tables("fleet.planes", 1))
    with open_session(root) as session:
        assert session.apply(claimed(session)).succeeded
        with racer("read", root, "SELECT * FROM fleet.planes.one") as reader:
            assert reader.says() == 9
        write_mesh(root, two_tables("fleet.planes", 2), settings=SHARED.format(tmp_path))
        session.refresh()
        assert session.apply(claimed(session)).swept[0] == 1
        with sqlite3.connect(tmp_path / "registry.db") as connection:
            assert connection.execute("UPDATE leases SET expires_at = 0").rowcount == 1
        connection.close()
        assert session.sweep()[0] == 1
