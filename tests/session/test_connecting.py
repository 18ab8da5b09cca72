"""A mesh behind a server, from Python: `weft.connect`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from tests.checkouts import developer, served
from tests.cli.conftest import call
from tests.meshes import planes_and_departures, write_mesh

import weft
from weft.access import Reader

DEPARTURES = "SELECT * FROM operations.flights.departures"
DEVELOPER = developer("ann@fleet.org", "fleet", "operations", "network")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = write_mesh(tmp_path_factory.mktemp("connecting") / "hub", *planes_and_departures())
    assert call("apply", mesh=root).status == 0
    with served(root, {"ann": DEVELOPER, "eve": Reader("eve@elsewhere.org")}) as server:
        yield server.url


@pytest.fixture
def mesh(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[weft.ConnectedMesh]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("WEFT_TOKEN", raising=False)
    with weft.connect(url, "ann") as mesh:
        yield mesh


def test_an_answer_is_arrow_pandas_polars_and_rows(mesh: weft.ConnectedMesh) -> None:
    with mesh.query(DEPARTURES) as result:
        assert result.columns[0] == ("id", "BIGINT")
        assert result.reads == ("operations.flights.departures@1",)
        assert (result.arrow().num_rows, len(result.pandas()), result.polars().height) == (60, 60, 60)
        assert next(iter(result)) == {"id": 0, "tail": "N0", "seats": 50, "delay": 0}
        assert result.fetchall()[1] == (1, "N1", 51, 1)


def test_rows_come_in_batches(mesh: weft.ConnectedMesh) -> None:
    with mesh.query(
        "SELECT a.id FROM operations.flights.departures a, operations.flights.departures b, operations.flights.departures c"
    ) as result:
        reader = result.reader()
        assert isinstance(reader, pa.RecordBatchReader)
        assert sum(batch.num_rows for batch in reader) == 60**3


def test_whoever_speaks_arrow_reads_it(mesh: weft.ConnectedMesh) -> None:
    assert pl.DataFrame(mesh.query("SELECT 1 AS one")).rows() == [(1,)]


def test_values_are_bound_and_never_part_of_the_sql(mesh: weft.ConnectedMesh) -> None:
    sql = "SELECT count(*) AS n FROM operations.flights.departures WHERE tail = $tail"
    assert mesh.query(sql, {"tail": "N1"}).fetchall() == [(3,)]
    assert mesh.query(sql, {"tail": "' OR true --"}).fetchall() == [(0,)]
    assert mesh.query("SELECT ? AS day, ? AS one", [date(2026, 1, 2), 1]).fetchall() == [(date(2026, 1, 2), 1)]


def test_a_value_that_cannot_travel_is_misuse(mesh: weft.ConnectedMesh) -> None:
    with pytest.raises(weft.Misuse, match="a object is no value of a parameter"):
        mesh.query("SELECT ?", [object()])


def test_enough_rows_are_enough(mesh: weft.ConnectedMesh) -> None:
    assert mesh.query(DEPARTURES, rows=5).arrow().num_rows == 5


def test_a_table_is_asked_by_its_name(mesh: weft.ConnectedMesh) -> None:
    assert mesh.table("fleet.planes.plane@1").arrow().num_rows == 20
    assert mesh.table("mesh.products").arrow().num_rows == 3
    with pytest.raises(weft.Misuse, match="names no table"):
        mesh.table("plane")


def test_what_is_refused_says_why(mesh: weft.ConnectedMesh) -> None:
    with pytest.raises(weft.Refused):
        mesh.query("DROP TABLE fleet.planes.plane")
    with pytest.raises(weft.Unknown, match=r"fleet\.planes\.plan"):
        mesh.query("SELECT * FROM fleet.planes.plan")


def test_who_has_no_agreement_is_told_how_to_ask(url: str) -> None:
    with weft.connect(url, "eve") as mesh, pytest.raises(weft.Refused, match="weft access request"):
        mesh.query(DEPARTURES)


def test_what_fails_on_its_way_says_why(mesh: weft.ConnectedMesh) -> None:
    slow = "SELECT CASE WHEN r = 999999 THEN error('too far') ELSE r END AS r FROM (SELECT unnest(range(1000000)) AS r)"
    with pytest.raises(weft.WeftError):
        mesh.query(slow).arrow()


def test_pages_hits_and_lineage_are_values(mesh: weft.ConnectedMesh) -> None:
    assert mesh.show("operations.flights").name == "operations.flights"
    assert "network.routes.delays" in str(mesh.search("delays"))
    assert "fleet.planes.plane" in str(mesh.lineage("network.routes.delays"))
    assert "apply" in str(mesh.history())


def test_a_query_is_cancelled_from_another_thread(mesh: weft.ConnectedMesh) -> None:
    product = ", ".join(f"operations.flights.departures t{n}" for n in range(6))
    result = mesh.query(f"SELECT t0.id FROM {product}")
    threading.Timer(0.3, result.cancel).start()
    began = time.monotonic()
    with pytest.raises(weft.WeftError, match="cancelled"):
        for _ in result.reader():
            pass
    assert time.monotonic() - began < 20


def test_closing_ends_it_at_the_server(mesh: weft.ConnectedMesh) -> None:
    product = ", ".join(f"operations.flights.departures t{n}" for n in range(6))
    result = mesh.query(f"SELECT t0.id FROM {product}")
    next(iter(result.reader()))
    result.close()
    assert mesh.query("SELECT 1 AS one").fetchall() == [(1,)]
    with pytest.raises(weft.Misuse, match="this result is closed"):
        result.arrow()


def test_a_closed_mesh_answers_nothing(url: str) -> None:
    mesh = weft.connect(url, "ann")
    result = mesh.query("SELECT 1 AS one")
    mesh.close()
    for ask in (lambda: mesh.query("SELECT 1"), result.arrow):
        with pytest.raises(weft.Misuse, match="is closed"):
            ask()


def test_without_a_token_it_says_how_to_log_in(url: str, mesh: weft.ConnectedMesh) -> None:
    with pytest.raises(weft.Refused, match="weft login"):
        weft.connect(url)


def test_it_says_what_it_is(url: str, mesh: weft.ConnectedMesh) -> None:
    assert repr(mesh) == f"<weft mesh at {url}, prod>"
    assert repr(mesh.query("SELECT 1 AS one")) == "<weft result: one INTEGER>"
