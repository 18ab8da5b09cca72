"""Query, search, show, lineage, history: their forms on the outside."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.cli.conftest import Weft

DEPARTURES = "SELECT id, tail, delay FROM operations.flights.departures ORDER BY id"
KINDS = """
    SELECT TIMESTAMPTZ '2013-01-01 05:00:00+00' AS moment, DATE '2013-01-01' AS day, 1.50::DECIMAL(9, 2) AS price,
    170141183460469231731687303715884105727::HUGEINT AS huge, {'a': [1, 2]} AS nested, '' AS empty, NULL::VARCHAR AS nothing,
    INTERVAL 1 DAY AS span, 'a,"b"' AS text, true AS yes
"""


def test_every_form_has_every_row(weft: Weft, flights: Path, tmp_path: Path) -> None:
    assert len(weft("query", DEPARTURES, mesh=flights).out.splitlines()) == 62
    assert len(list(csv.reader(io.StringIO(weft("query", DEPARTURES, "-f", "csv", mesh=flights).out)))) == 61
    assert len(json.loads(weft("query", DEPARTURES, "-f", "json", mesh=flights).out)) == 60
    assert len(weft("query", DEPARTURES, "-f", "jsonl", mesh=flights).out.splitlines()) == 60
    assert weft("query", DEPARTURES, "--json", mesh=flights).object["row_count"] == 60
    for name in ("rows.parquet", "rows.arrow"):
        assert weft("query", DEPARTURES, "-o", str(tmp_path / name), mesh=flights).err == f"wrote {tmp_path / name}\n"
    assert pyarrow.parquet.read_table(tmp_path / "rows.parquet").num_rows == 60
    with pa.ipc.open_stream(tmp_path / "rows.arrow") as stream:
        assert stream.read_all().schema.types == [pa.int64(), pa.string(), pa.int64()]


def test_csv_tells_nothing_from_an_empty_text(weft: Weft, flights: Path) -> None:
    said = weft("query", KINDS, "-f", "csv", mesh=flights).out.splitlines()[1]
    assert said == (
        '2013-01-01 05:00:00.000000Z,2013-01-01,1.50,170141183460469231731687303715884105727,"{\'a\': [1, 2]}","",,"1 day","a,""b""",true'
    )


def test_json_keeps_numbers_exact_and_moments_in_utc(weft: Weft, flights: Path) -> None:
    said = weft("query", KINDS, "-f", "jsonl", mesh=flights).out
    assert '"moment":"2013-01-01T05:00:00Z"' in said
    assert '"price":1.50,"huge":170141183460469231731687303715884105727' in said
    assert '"nested":{"a":[1,2]},"empty":"","nothing":null,"span":"P1D"' in said


def test_an_interval_goes_into_parquet_as_text(weft: Weft, flights: Path, tmp_path: Path) -> None:
    assert weft("query", KINDS, "-o", str(tmp_path / "x.parquet"), mesh=flights).status == 0
    assert pyarrow.parquet.read_table(tmp_path / "x.parquet")["span"].to_pylist() == ["1 day"]


def test_sql_may_be_piped_in(weft: Weft, flights: Path) -> None:
    assert weft("query", "-f", "csv", mesh=flights, given="SELECT 1 AS a").out == '"a"\n1\n'
    assert weft("query", "-", "-f", "csv", mesh=flights, given="SELECT 1 AS a").out == '"a"\n1\n'
    assert weft("query", mesh=flights, given="").status == 2


def test_a_file_that_cannot_be_written_is_said_and_not_begun(weft: Weft, flights: Path, tmp_path: Path) -> None:
    said = weft("query", DEPARTURES, "-o", str(tmp_path / "no" / "x.csv"), mesh=flights)
    assert said.status == 2
    assert "cannot be written: No such file or directory" in said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "sql", ["DROP TABLE x", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SET threads = 1"]
)
def test_anything_but_reading_is_refused(weft: Weft, flights: Path, sql: str) -> None:
    said = weft("query", sql, mesh=flights)
    assert (said.status, said.out) == (1, "")


def test_the_mesh_itself_answers(weft: Weft, flights: Path) -> None:
    found = weft(
        "query", "SELECT line_name, rows, published_at FROM mesh.tables ORDER BY rows", "--json", mesh=flights
    ).object
    assert [row["rows"] for row in found["rows"]] == [20, 20, 60]
    assert found["rows"][0]["published_at"].endswith("Z")


def test_words_find_tables_and_columns(weft: Weft, flights: Path) -> None:
    assert weft("search", "departures", mesh=flights).out.startswith("table    operations.flights.departures")
    assert (
        weft("search", "departres", "--json", mesh=flights).object["hits"][0]["name"] == "operations.flights.departures"
    )
    assert weft("search", "zebra", mesh=flights).err == "nothing is found by 'zebra'\n"


@pytest.mark.parametrize(
    ("name", "kind"), [("fleet", "domain"), ("fleet.planes", "product"), ("fleet.planes.plane", "table")]
)
def test_a_page_has_the_five_interfaces(weft: Weft, flights: Path, name: str, kind: str) -> None:
    said = weft("show", name, mesh=flights)
    sections = [line for line in said.out.splitlines() if line.isupper()]
    assert sections == ["DATA", "WHERE", "WHAT", "HOW", "WHO"] or (kind == "domain" and "DATA" in sections)
    found = weft("show", name, "--json", mesh=flights).object
    assert found["kind"] == kind
    assert {"data", "where", "what", "how", "who"} <= found.keys()


def test_without_a_name_the_whole_mesh_is_shown(weft: Weft, flights: Path) -> None:
    assert "  operations.flights  active" in weft("show", mesh=flights).out
    domains = weft("show", "--json", mesh=flights).object["domains"]
    assert {domain["domain"] for domain in domains} == {"fleet", "operations", "network"}


def test_the_meshs_own_metadata_can_be_shown(weft: Weft, flights: Path) -> None:
    assert "mesh.column_lineage" in weft("show", "mesh", mesh=flights).out
    assert weft("show", "mesh.tables", "--json", mesh=flights).object["relations"][0]["key"] == ["line_name"]
    assert "Did you mean 'mesh.tables'?" in weft("show", "mesh.tabels", mesh=flights).err


def test_a_product_can_be_shown_before_it_is_applied(weft: Weft, unbuilt: Path) -> None:
    assert "nothing is published yet" in weft("show", "fleet.planes.plane", mesh=unbuilt).out


def test_lineage_is_a_tree_down_to_the_file(weft: Weft, flights: Path) -> None:
    said = weft("lineage", "network.routes.delays", "-d", "up", mesh=flights).out
    assert said.splitlines()[:3] == [
        "network.routes.delays",
        "  comes from",
        "  └─ operations.flights.departures",
    ]
    assert "operations.flights.flight_file  source, domains/operations/flights/flight_file.csv" in said
    assert "mean_delay  ← operations.flights.departures.delay" in said
    column = weft("lineage", "fleet.planes.plane.seats", mesh=flights).out
    assert "  goes into\n  └─ operations.flights.departures.seats\n" in column


def test_lineage_in_json_is_nodes_and_edges(weft: Weft, flights: Path) -> None:
    found = weft("lineage", "network.routes.delays", "--json", mesh=flights).object
    assert {node["kind"] for node in found["nodes"]} == {"table", "source", "column"}
    assert {"source": "operations.flights.departures@1", "target": "network.routes.delays@1", "kind": "value"} in found[
        "edges"
    ]


def test_history_lists_the_newest_run_first(weft: Weft, flights: Path) -> None:
    said = weft("history", "network", mesh=flights).out
    assert "published network.routes  revision 3; new: delays" in said
    assert weft("history", "--json", "-n", "1", mesh=flights).object["runs"][0]["state"] == "succeeded"
    assert weft("history", "netwrk", mesh=flights).status == 1
