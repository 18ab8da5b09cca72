"""A run that fails half-way records what it did, what it found and what it said; and what reads a failed product says why it waited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.meshes import A, Made, Source, claimed, write_mesh

from weft.errors import Moved, Refused
from weft.names import LineName
from weft.run.report import RunReport
from weft.session import Choice, Session, open_session
from weft.session.saved import as_shown, load_plan, save_plan

LATE = """
    import sys

    def late(number):
        print("read", len(number), "rows")
        print("a warning", file=sys.stderr)
        {last}
"""


def facts(session: Session, relation: str, run: str | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = session.registry.journal.facts(relation).to_pylist()
    return [row for row in rows if run is None or row["run"] == run]


def applied(root: Path, *select: str) -> RunReport:
    with open_session(root) as session:
        return session.apply(claimed(session, Choice(select)))


def numbers(rows: str) -> Source:
    return Source(
        "number_file",
        {"n": "integer"},
        f"n\n{rows}",
        quality="- {type: library, metric: rowCount, mustBeGreaterThan: 0}",
    )


def failing(tmp_path: Path) -> Path:
    """Two products that fail, one by a check and one by its SQL; one that reads both, one that reads that, one that reads neither."""
    n = {"n": "integer key"}
    return write_mesh(
        tmp_path / "mesh",
        A("base.twice", [Made("twice", n, "SELECT n FROM number_file")], [numbers("1\n1\n")]),
        A(
            "base.broken",
            [Made("broken", n, "SELECT CAST('x' || n AS BIGINT) AS n FROM number_file")],
            [numbers("1\n")],
        ),
        A("base.fine", [Made("fine", n, "SELECT n FROM number_file")], [numbers("1\n2\n")]),
        A(
            "mid.joined",
            [Made("joined", n, "SELECT n FROM twice UNION SELECT n FROM broken UNION SELECT n FROM fine")],
            reads=["base.twice.twice", "base.broken.broken", "base.fine.fine"],
        ),
        A("top.one", [Made("one", n, "SELECT n FROM joined")], reads=["mid.joined.joined"]),
        A("top.other", [Made("other", n, "SELECT n FROM fine")], reads=["base.fine.fine"]),
    )


def test_what_reads_a_failed_product_says_why_it_waited(tmp_path: Path) -> None:
    report = applied(failing(tmp_path))
    states = {product.product: product.state for product in report.products}
    assert states == {
        "base.twice": "failed",
        "base.broken": "failed",
        "base.fine": "published",
        "mid.joined": "waited",
        "top.one": "waited",
        "top.other": "published",
    }
    said = {product.product: product.message for product in report.products}
    assert said["mid.joined"] in {
        "it waits for base.twice, base.broken, which did not publish",
        "it waits for base.broken, base.twice, which did not publish",
    }
    assert said["top.one"] == "it waits for mid.joined, which did not publish"


def test_a_run_that_fails_half_way_records_all_of_it(tmp_path: Path) -> None:
    root = failing(tmp_path)
    report = applied(root)
    assert report.run is not None
    with open_session(root) as session:
        steps = {step["line_name"]: step for step in facts(session, "steps", report.run)}
        assert {line: step["state"] for line, step in steps.items()} == {
            "base.twice.twice@1": "failed",
            "base.broken.broken@1": "failed",
            "base.fine.fine@1": "done",
            "mid.joined.joined@1": "skipped",
            "top.one.one@1": "skipped",
            "top.other.other@1": "done",
        }
        assert "Could not convert string 'x1'" in steps["base.broken.broken@1"]["message"]
        assert "primaryKey(n)" in steps["base.twice.twice@1"]["message"]
        assert "it waits for" in steps["mid.joined.joined@1"]["message"]
        (run,) = facts(session, "runs")
        assert run["state"] == "failed"
        assert "primaryKey(n)" in run["message"]
        assert "Could not convert" in run["message"]
        outcomes = {
            (check["line_name"], check["check_name"]): check["outcome"]
            for check in facts(session, "check_history", report.run)
        }
        assert outcomes["base.twice.twice@1", "primaryKey(n)"] == "failed"
        assert outcomes["base.fine.fine@1", "primaryKey(n)"] == "passed"
        assert {line for line, _ in outcomes} >= {"base.twice.number_file", "base.broken.number_file"}


def test_what_was_found_on_arrival_is_recorded_where_it_stops_the_product(tmp_path: Path) -> None:
    product = A("base.fine", [Made("fine", {"n": "integer"}, "SELECT n FROM number_file")], [numbers("1\nmany\n")])
    root = write_mesh(tmp_path / "mesh", product)
    report = applied(root)
    assert report.run is not None
    assert report.products[0].results
    with open_session(root) as session:
        found = facts(session, "check_history", report.run)
    assert "failed" in {check["outcome"] for check in found if check["line_name"] == "base.fine.number_file"}


def python_product(tmp_path: Path, last: str) -> Path:
    made = Made("late", {"n": "integer"}, "")
    files = {"transforms/late.py": LATE.format(last=last), "transforms/number.sql": "SELECT n FROM number_file"}
    root = write_mesh(tmp_path / "mesh", A("base.late", [made], [numbers("1\n2\n")], files=files))
    (root / "domains/base/late/transforms/late.sql").unlink(missing_ok=True)
    return root


def test_what_python_printed_is_recorded_with_its_table(tmp_path: Path) -> None:
    root = python_product(tmp_path, "return number")
    assert applied(root).succeeded
    with open_session(root) as session:
        (step,) = facts(session, "steps")
    assert sorted(step["message"].splitlines()) == ["a warning", "read 2 rows"]


@pytest.mark.parametrize("last", ["raise ValueError('no good')", "import os; sys.stdout.flush(); os._exit(3)"])
def test_what_python_printed_is_shown_where_it_failed(tmp_path: Path, last: str) -> None:
    root = python_product(tmp_path, last)
    (product,) = applied(root).products
    first, *rest = product.message.splitlines()
    assert "late.py" in first
    assert rest[0] == "It printed:"
    assert sorted(rest[1:]) == ["  a warning", "  read 2 rows"]
    with open_session(root) as session:
        (step,) = facts(session, "steps")
    assert "read 2 rows" in step["message"]
    assert ("Traceback" in step["message"]) == ("raise" in last)


def test_what_a_transform_reads_may_fail_while_it_is_read(tmp_path: Path) -> None:
    root = python_product(tmp_path, "return number")
    number = root / "domains/base/late/transforms/number.sql"
    number.write_text("SELECT CAST('x' || n AS BIGINT) AS n FROM number_file")
    (product,) = applied(root).products
    assert "transforms/number.sql: Could not convert string 'x1' to INT64" in product.message


def test_a_selection_waits_for_what_fails_in_it_alone(tmp_path: Path) -> None:
    """`top.one` is not meant, so it is neither made nor told of."""
    report = applied(failing(tmp_path), "+mid.joined")
    assert {product.product for product in report.products} == {"base.twice", "base.broken", "base.fine", "mid.joined"}


def test_a_kept_plan_is_refused_where_a_pointer_has_moved(root: Path, tmp_path: Path) -> None:
    applied(root)
    sql = root / "domains/fleet/planes/transforms/plane.sql"
    sql.write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    kept = tmp_path / "plan.json"
    with open_session(root) as session:
        save_plan(session.plan(), kept)
        sql.write_text("SELECT tail, seats + 2 AS seats FROM plane_file")
        assert applied(root).succeeded
        sql.write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
        session.refresh()
        with pytest.raises(Moved, match="expected revision 1, found") as caught:
            as_shown(load_plan(kept), session.plan())
    assert caught.value.name.startswith("fleet.planes")


@pytest.mark.parametrize("moved", ["source", "SQL", "product"])
def test_a_kept_plan_is_refused_where_the_folders_have_changed(root: Path, tmp_path: Path, moved: str) -> None:
    applied(root)
    sql = root / "domains/fleet/planes/transforms/plane.sql"
    sql.write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    kept = tmp_path / "plan.json"
    with open_session(root) as session:
        save_plan(session.plan(), kept)
        csv = root / "domains/fleet/planes/plane_file.csv"
        match moved:
            case "source":
                csv.write_text(csv.read_text() + "N99,9\n")
            case "SQL":
                sql.write_text("SELECT tail, seats + 2 AS seats FROM plane_file")
            case _:
                other = root / "domains/network/routes/transforms/delays.sql"
                other.write_text(
                    "SELECT tail, count(*) AS flights, avg(delay) + 1 AS mean_delay FROM departures GROUP BY tail"
                )
        session.refresh()
        with pytest.raises(Refused, match="Plan again"):
            as_shown(load_plan(kept), session.plan())


def test_a_kept_plan_is_applied_as_it_was_shown(root: Path, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    with open_session(root) as session:
        save_plan(session.plan(), kept)
    with open_session(root) as session:
        assert session.apply(as_shown(load_plan(kept), session.plan())).succeeded
        assert LineName("network.routes.delays@1") in session.recorded.pointers
