"""A run makes what the plan says, publishes whole products, and leaves everything as it was where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, claimed, planes_and_departures, write_mesh, write_product

from weft.errors import Faults, Moved
from weft.names import LineName
from weft.run.report import RunReport
from weft.session import Choice, Session, open_session

DELAYS = LineName("network.routes.delays@1")
PLANE = LineName("fleet.planes.plane@1")


def applied(root: Path, *select: str) -> RunReport:
    with open_session(root) as session:
        return session.apply(claimed(session, Choice(select)))


def rows(root: Path, line: LineName) -> list[tuple[object, ...]]:
    """What a line's published files hold."""
    import duckdb

    with open_session(root) as session:
        pointer = session.recorded.pointers[line]
        paths = session.store.paths(session.registry.snapshots([pointer.snapshot])[pointer.snapshot])
        with duckdb.connect() as connection:
            return connection.read_parquet([str(path) for path in paths]).fetchall()


def states(report: RunReport) -> dict[str, str]:
    return {product.product: product.state for product in report.products}


def test_an_apply_publishes_every_product(root: Path) -> None:
    report = applied(root)
    assert states(report) == {
        "fleet.planes": "published",
        "operations.flights": "published",
        "network.routes": "published",
    }
    assert len(rows(root, DELAYS)) == 20


def test_a_second_apply_does_nothing(root: Path) -> None:
    applied(root)
    report = applied(root)
    assert (report.run, report.products) == (None, ())


def test_planning_writes_nothing(root: Path) -> None:
    before = sorted(path for path in root.rglob("*") if ".weft" not in path.parts)
    with open_session(root) as session:
        assert not session.plan().plan.is_empty
    assert sorted(path for path in root.rglob("*") if ".weft" not in path.parts) == before
    assert not (root / ".weft" / "store").exists()
    assert not (root / ".weft" / "registry.db").exists()


def test_a_comment_builds_nothing(root: Path) -> None:
    applied(root)
    file = root / "domains/network/routes/transforms/delays.sql"
    file.write_text("-- a remark\n" + file.read_text().replace("SELECT", "select  "))
    report = applied(root)
    assert [[table.action for table in product.tables] for product in report.products] == [["nothing"]]


def test_a_change_that_comes_out_the_same_stops_there(root: Path) -> None:
    applied(root)
    file = root / "domains/fleet/planes/transforms/plane.sql"
    file.write_text("SELECT tail, seats + 0 AS seats FROM plane_file")
    report = applied(root)
    actions = {table.line: table.action for product in report.products for table in product.tables}
    assert actions[PLANE] == "same"
    assert states(report)["operations.flights"] == "unchanged"


def test_a_failed_check_publishes_nothing_and_downstream_waits(root: Path) -> None:
    applied(root)
    before = rows(root, PLANE)
    csv = root / "domains/fleet/planes/plane_file.csv"
    csv.write_text(csv.read_text() + "N1,99\n")
    report = applied(root)
    assert states(report) == {"fleet.planes": "failed", "operations.flights": "waited", "network.routes": "waited"}
    assert "primaryKey(tail)" in report.products[0].message
    assert "weft test fleet.planes --failures" in report.products[0].message
    assert rows(root, PLANE) == before


def test_the_next_apply_carries_on_after_a_failure(root: Path) -> None:
    csv = root / "domains/fleet/planes/plane_file.csv"
    good = csv.read_text()
    csv.write_text(good + "N1,99\n")
    assert not applied(root).succeeded
    csv.write_text(good)
    assert applied(root).succeeded
    assert len(rows(root, DELAYS)) == 20


def test_a_value_that_does_not_parse_names_file_line_and_column(root: Path) -> None:
    csv = root / "domains/fleet/planes/plane_file.csv"
    csv.write_text(csv.read_text() + "N77,many\n")
    message = applied(root).products[0].message
    assert all(part in message for part in ("plane_file.csv", "22", "seats", "many")), message


def test_a_vanished_source_is_an_error_that_names_it(root: Path) -> None:
    applied(root)
    (root / "domains/fleet/planes/plane_file.csv").unlink()
    report = applied(root)
    assert "plane_file.csv" in report.products[0].message
    assert len(rows(root, PLANE)) == 20


def test_a_fault_as_written_refuses_the_plan(root: Path) -> None:
    (root / "domains/network/routes/transforms/delays.sql").write_text("SELECT tial FROM departures")
    with open_session(root) as session, pytest.raises(Faults, match=r"delays\.sql"):
        session.plan()


def test_a_pointer_that_moved_since_the_plan_refuses_the_publish(root: Path) -> None:
    applied(root)
    file = root / "domains/fleet/planes/transforms/plane.sql"
    file.write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    with open_session(root) as first:
        planned = claimed(first)
        file.write_text("SELECT tail, seats + 2 AS seats FROM plane_file")
        assert applied(root).succeeded
        report = first.apply(planned)
    assert report.products[0].state == "failed"
    assert Moved.__doc__ is not None
    assert "has moved since this was planned" in report.products[0].message


def test_a_product_whose_folder_is_gone_is_removed(root: Path) -> None:
    from shutil import rmtree

    applied(root)
    rmtree(root / "domains/network/routes")
    report = applied(root)
    assert [table.action for table in report.products[0].tables] == ["removed"]
    with open_session(root) as session:
        assert DELAYS not in session.recorded.pointers
        assert "network.routes" not in session.recorded.digests


def test_a_selection_leaves_the_rest_alone(root: Path) -> None:
    assert states(applied(root, "fleet")) == {"fleet.planes": "published"}


def test_reading_what_was_never_published_says_what_to_apply(root: Path) -> None:
    report = applied(root, "network.routes")
    assert "Apply operations.flights first." in report.products[0].message


def test_a_checkout_without_a_domain_reads_it_from_the_registry(root: Path) -> None:
    from shutil import rmtree

    applied(root)
    rmtree(root / "domains/fleet")
    rmtree(root / "domains/operations")
    (root / "domains/network/routes/transforms/delays.sql").write_text(
        "SELECT tail, count(*) AS flights, max(delay) AS mean_delay FROM departures GROUP BY tail"
    )
    report = applied(root)
    assert states(report) == {"network.routes": "published"}
    with open_session(root) as session:
        assert PLANE in session.recorded.pointers


def test_steps_are_computed_and_not_published(root: Path) -> None:
    made = Made("late", {"tail": "string key"}, "SELECT DISTINCT tail FROM worst")
    write_product(
        root,
        A(
            "network.late",
            [made],
            reads=["operations.flights.departures"],
            files={"transforms/worst.sql": "SELECT tail FROM departures WHERE delay = 6"},
        ),
    )
    assert applied(root).succeeded
    with open_session(root) as session:
        assert not [line for line in session.recorded.pointers if "worst" in line]


def test_a_python_transform_is_published_like_any_other(root: Path) -> None:
    code = """
        import pyarrow.compute as pc

        def late(departures):
            table = departures.read_all() if hasattr(departures, "read_all") else departures
            return table.filter(pc.field("delay") > 5).select(["id", "tail"])
    """
    made = Made("late", {"id": "integer key", "tail": "string"}, "SELECT 1")
    folder = write_product(
        root, A("network.late", [made], reads=["operations.flights.departures"], files={"transforms/late.py": code})
    )
    (folder / "transforms/late.sql").unlink()
    report = applied(root)
    assert report.succeeded, report
    assert rows(root, LineName("network.late.late@1"))


def test_retention_sweeps_old_snapshots(root: Path) -> None:
    (root / "mesh.yaml").write_text("name: test\nretention_days: 0\n")
    applied(root)
    store = root / ".weft" / "store"
    first = set(store.rglob("*.parquet"))
    csv = root / "domains/fleet/planes/plane_file.csv"
    csv.write_text(csv.read_text().replace("N1,51", "N1,52"))
    report = applied(root)
    assert report.swept[0] >= 1
    assert first - set(store.rglob("*.parquet"))
    assert len(rows(root, DELAYS)) == 20


def test_column_lineage_is_recorded_down_to_the_source_file(root: Path) -> None:
    applied(root)
    with open_session(root) as session:
        edges = session.registry.journal.facts("column_lineage").to_pylist()
    names = ("line_name", "column_name", "source", "source_column")
    found = {tuple(edge[name] for name in names) for edge in edges if edge["kind"] == "value"}
    assert (PLANE, "seats", "source:plane_file", "seats") in found


def test_planes_and_departures_is_three_products(session: Session) -> None:
    assert set(session.mesh.products) == {product.name for product in planes_and_departures()}


def test_python_reads_a_source_whose_promises_were_proved_first(tmp_path: Path) -> None:
    code = "import pyarrow as pa\n\ndef counted(number_file):\n    return pa.table({'n': [number_file.read_all().num_rows if hasattr(number_file, 'read_all') else number_file.num_rows]})\n"
    source = Source("number_file", {"n": "integer required"}, "n\n1\n2\n")
    root = write_mesh(
        tmp_path / "mesh",
        A("base.numbers", [Made("counted", {"n": "integer"}, "")], [source], files={"transforms/counted.py": code}),
    )
    (root / "domains/base/numbers/transforms/counted.sql").unlink()
    assert applied(root).succeeded
