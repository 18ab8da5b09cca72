"""Answers in Python's forms, shown in notebooks, released when nobody holds them."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from tests.session.conftest import SCRIPT
from tests.session.html import Page

import weft

PLANES = "SELECT tail, seats FROM fleet.planes.plane ORDER BY seats"
ZONED = "SELECT TIMESTAMPTZ '2013-01-01 05:00:00+02' AS moment"


def leases(root: Path) -> int:
    with sqlite3.connect(root / ".weft" / "registry.db") as registry:
        (found,) = registry.execute("SELECT count(*) FROM leases").fetchone()
    registry.close()
    return int(found)


def soon(root: Path, count: int) -> bool:
    """Whether so many leases are left, once the releasing thread has had its turn."""
    deadline = time.monotonic() + 5
    while leases(root) != count and time.monotonic() < deadline:
        time.sleep(0.01)
    return leases(root) == count


def test_an_answer_comes_as_a_duckdb_relation(mesh: weft.OpenMesh) -> None:
    relation = mesh.query(PLANES).relation()
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    gc.collect()
    assert relation.filter("seats > 67").fetchall() == [("N18", 68), ("N19", 69)]


def test_an_answer_comes_as_arrow(mesh: weft.OpenMesh) -> None:
    table = mesh.query(PLANES).arrow()
    assert isinstance(table, pa.Table)
    assert table.column("seats").to_pylist() == list(range(50, 70))


def test_arrow_streams_and_keeps_its_answer_open(mesh: weft.OpenMesh) -> None:
    reader = mesh.query(PLANES).reader()
    gc.collect()
    assert isinstance(reader, pa.RecordBatchReader)
    assert sum(batch.num_rows for batch in reader) == 20


def test_an_answer_comes_as_pandas(mesh: weft.OpenMesh) -> None:
    frame = mesh.query(PLANES).pandas()
    assert isinstance(frame, pd.DataFrame)
    assert mesh.query(PLANES).df().equals(frame)
    assert frame["seats"].sum() == sum(range(50, 70))


def test_an_answer_comes_as_polars(mesh: weft.OpenMesh) -> None:
    frame = mesh.query(PLANES).polars()
    assert isinstance(frame, pl.DataFrame)
    assert mesh.query(PLANES).pl().equals(frame)
    assert frame["seats"].sum() == sum(range(50, 70))


def test_an_answer_speaks_arrow(mesh: weft.OpenMesh) -> None:
    assert pl.DataFrame(mesh.query(PLANES)).height == 20
    assert pa.table(mesh.query(PLANES)).num_rows == 20


def test_rows_come_as_tuples_and_by_column(mesh: weft.OpenMesh) -> None:
    assert mesh.query(f"{PLANES} LIMIT 2").fetchall() == [("N0", 50), ("N1", 51)]
    assert list(mesh.query(f"{PLANES} LIMIT 1")) == [{"tail": "N0", "seats": 50}]


def test_zoned_moments_need_no_package_of_time_zones(mesh: weft.OpenMesh) -> None:
    moment, result = datetime(2013, 1, 1, 3, tzinfo=UTC), mesh.query(ZONED)
    assert result.fetchall() == [(moment,)]
    assert result.arrow().to_pylist() == [{"moment": moment}]
    assert result.pandas()["moment"][0] == moment
    assert result.polars()["moment"][0] == moment
    assert "2013-01-01 03:00:00+00" in str(result)


def test_a_decimal_is_not_made_a_float(mesh: weft.OpenMesh) -> None:
    frame = mesh.query("SELECT 0.1::DECIMAL(10, 2) AS price").pandas()
    assert str(frame["price"][0]) == "0.10"


def test_what_polars_cannot_hold_is_said(mesh: weft.OpenMesh) -> None:
    with pytest.raises(weft.EngineFault, match="CAST that column to VARCHAR"):
        mesh.query("SELECT INTERVAL 1 DAY AS length").polars()


@pytest.mark.parametrize(("form", "name"), [("pandas", "pandas"), ("polars", "Polars")])
def test_a_package_that_is_not_installed_is_said(
    mesh: weft.OpenMesh, monkeypatch: pytest.MonkeyPatch, form: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, form, None)
    with pytest.raises(weft.Misuse, match=rf"{name} is not installed. Install it: `pip install {form}`"):
        getattr(mesh.query(PLANES), form)()


def test_columns_and_lines_are_known_before_anything_is_computed(mesh: weft.OpenMesh) -> None:
    result = mesh.query("SELECT 1 // seats AS share FROM fleet.planes.plane")
    assert result.columns == (("share", "BIGINT"),)
    assert result.reads == ("fleet.planes.plane@1",)
    assert repr(result) == "<weft result: share BIGINT>"


def test_a_table_goes_by_its_name(mesh: weft.OpenMesh) -> None:
    assert mesh.table("fleet.planes.plane").arrow().num_rows == 20
    assert mesh.table("fleet.planes.plane@1").reads == ("fleet.planes.plane@1",)
    assert mesh.table("mesh.domains").arrow().num_rows == 4


def test_a_name_of_no_table_is_refused(mesh: weft.OpenMesh) -> None:
    with pytest.raises(weft.Misuse, match=r"domain\.product\.table"):
        mesh.table("plane")
    with pytest.raises(weft.Unknown, match=r"Did you mean 'fleet\.planes\.plane'"):
        mesh.table("fleet.planes.plan")
    with pytest.raises(weft.WeftError):
        mesh.table('fleet.planes.plane" UNION SELECT 1 --')


def test_a_fault_is_said_as_the_command_line_says_it(mesh: weft.OpenMesh) -> None:
    with pytest.raises(weft.Refused, match="read_csv is not allowed"):
        mesh.query("SELECT * FROM read_csv('x.csv')")
    with pytest.raises(weft.EngineFault, match="Did you mean 'seats'"):
        mesh.query("SELECT seat FROM fleet.planes.plane")


@pytest.mark.parametrize("form", ["arrow", "fetchall", "pandas", "polars", "_repr_html_"])
def test_a_question_that_fails_on_data_is_a_fault_in_every_form(mesh: weft.OpenMesh, form: str) -> None:
    result = mesh.query("SELECT CAST(tail AS BIGINT) AS n FROM fleet.planes.plane")
    with pytest.raises(weft.EngineFault, match="'N0'"):
        getattr(result, form)()
    with pytest.raises(weft.EngineFault, match="'N0'"):
        result.reader().read_all()


def test_a_notebook_shows_the_first_rows_with_their_types(mesh: weft.OpenMesh) -> None:
    html = mesh.query(f"{PLANES} LIMIT 3")._repr_html_()
    assert Page(html).rows == [["tail VARCHAR", "seats BIGINT"], ["N0", "50"], ["N1", "51"], ["N2", "52"]]
    assert "3 rows" in html


def test_a_notebook_shows_no_more_than_the_first_rows(mesh: weft.OpenMesh) -> None:
    html = mesh.query("SELECT range AS n FROM range(1_000_000_000)")._repr_html_()
    assert len(Page(html).rows) == 21
    assert "the first 20 rows" in html


def test_data_is_text_and_never_html(mesh: weft.OpenMesh) -> None:
    page = Page(mesh.query('SELECT text AS "<b>" FROM notes.words.word ORDER BY id')._repr_html_())
    assert page.rows == [["<b> VARCHAR"], [SCRIPT], ["NULL"]]
    assert not page.elements & {"script", "b"}


def test_data_is_no_command_to_a_terminal(mesh: weft.OpenMesh) -> None:
    shown = str(mesh.query("SELECT chr(27) || '[2J' || chr(10) || 'x' AS t"))
    assert "\x1b" not in shown
    assert r"\x1b[2J\nx" in shown


def test_an_answer_is_leased_until_it_is_closed(published: Path, mesh: weft.OpenMesh) -> None:
    assert soon(published, 0)
    with mesh.query(PLANES) as result:
        assert leases(published) == 1
    assert leases(published) == 0
    result.close()
    with pytest.raises(weft.Misuse, match="closed"):
        result.arrow()
    assert "closed" in result._repr_html_()


def test_an_answer_that_nobody_holds_is_released(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    result = fresh.query(PLANES)
    circle = [result]
    circle.append(circle)  # type: ignore[arg-type]
    assert leases(root) == 1
    del result, circle
    gc.collect()
    assert soon(root, 0)


def test_what_the_collector_finds_while_the_registry_is_written_harms_nothing(fresh: weft.OpenMesh, root: Path) -> None:
    from weft.session import open_session

    fresh.apply().raise_for_failure()
    circle = [fresh.query(PLANES)]
    circle.append(circle)  # type: ignore[arg-type]
    with open_session(root) as session:
        with session.registry._database.writing() as transaction:  # type: ignore[attr-defined]
            del circle
            gc.collect()
            assert transaction.rows("SELECT count(*) FROM leases") == [(1,)]
        assert soon(root, 0)


def test_a_mesh_closes_its_answers(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    relation = fresh.query(PLANES).relation()
    fresh.close()
    assert leases(root) == 0
    with pytest.raises(duckdb.Error):
        relation.fetchall()
    with pytest.raises(weft.Misuse, match="this mesh is closed"):
        fresh.query(PLANES)


def test_a_question_that_fails_leaves_nothing_open(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    with pytest.raises(weft.EngineFault):
        fresh.query("SELECT nothing FROM fleet.planes.plane")
    assert leases(root) == 0


def test_python_s_end_releases_what_is_open(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    done = run("result = mesh.query(sys.argv[2]); relation = result.relation()", root)
    assert (done.returncode, done.stderr) == (0, "")
    assert leases(root) == 0


def test_python_s_end_awaits_what_is_being_released(fresh: weft.OpenMesh, root: Path) -> None:
    fresh.apply().raise_for_failure()
    done = run("for _ in range(30): mesh.query(sys.argv[2]).arrow()", root)
    assert (done.returncode, done.stderr) == (0, "")
    assert leases(root) == 0


def run(code: str, root: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys, weft; mesh = weft.open(sys.argv[1])\n{code}"
    command = [sys.executable, "-c", code, str(root), PLANES]
    return subprocess.run(command, capture_output=True, text=True, check=False)
