"""Two lines of a port are checked, built, proved, published, asked and followed, each for itself; who reads one stays on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, write_mesh, write_product
from tests.session.test_environments import applied, plan_of
from tests.session.test_lines import FOLDER, PORT, TWO, made, rows

from weft.errors import Misuse, Unknown
from weft.names import LineName
from weft.query.lineage import lineage
from weft.query.search import search
from weft.query.show import shown
from weft.session import open_session
from weft.session.lines import new_bridge
from weft.workspace.changing import Written

OLD, NEW = LineName(f"{PORT}@1"), LineName(f"{PORT}@2")
DELAYS = "SELECT tail, count(*) AS flights, avg(delay) AS mean_delay FROM departures GROUP BY tail ORDER BY tail"


def faults(root: Path) -> list[str]:
    with open_session(root) as session:
        return [str(fault) for fault in session.check()]


def bridge(root: Path, name: str = f"{PORT}@1", *, replaces: bool = True) -> Written:
    with open_session(root) as session:
        return new_bridge(session, name, replaces=replaces)


def renamed(root: Path) -> Path:
    """Major 2 calls the delay by its unit, says the seats as a text, and has no tail any more."""
    made(root, "2.0.0")
    contract, sql = root / FOLDER / "contracts/flights@2.odcs.yaml", root / FOLDER / "transforms/departures.sql"
    text = contract.read_text().replace("name: delay", "name: delay_minutes")
    tail = "      - name: tail\n        logicalType: string\n        required: true\n"
    contract.write_text(
        text.replace("seats\n        logicalType: integer", "seats\n        logicalType: string").replace(tail, "")
    )
    sql.write_text(
        "SELECT f.id, p.seats::VARCHAR AS seats, f.delay AS delay_minutes\n"
        "FROM flight_file f LEFT JOIN plane p USING (tail) ORDER BY f.id"
    )
    return root


@pytest.fixture
def both(root: Path) -> Path:
    """Two native lines, the newer with delays in seconds; published one after the other."""
    applied(root)
    made(root, "2.0.0")
    sql = root / FOLDER / "transforms/departures.sql"
    sql.write_text(sql.read_text().replace("f.delay FROM", "f.delay * 60 AS delay FROM"))
    applied(root)
    return root


def test_a_query_typed_today_gets_the_newest_stable_line_and_a_label_the_line_that_it_names(both: Path) -> None:
    asked = f'SELECT max(delay) FROM {PORT} UNION ALL SELECT max(delay) FROM operations.flights."departures@1"'
    assert sorted(rows(both, asked)) == [(6,), (360,)]


def test_a_consumer_stays_on_the_line_that_it_recorded_until_its_manifest_asks_for_another(root: Path) -> None:
    manifest = root / "domains/network/routes/product.odps.yaml"
    said = "{name: departures, version: 1.0.0, contractId: operations.flights}"
    manifest.write_text(manifest.read_text().replace(said, "{name: departures, contractId: operations.flights}"))
    applied(root)
    made(root, "2.0.0")
    sql = root / FOLDER / "transforms/departures.sql"
    sql.write_text(sql.read_text().replace("f.delay FROM", "f.delay * 60 AS delay FROM"))
    applied(root)
    assert plan_of(root).is_empty
    most = "SELECT max(mean_delay) FROM network.routes.delays"
    before = rows(root, most)[0][0]
    manifest.write_text(
        manifest.read_text().replace("{name: departures, contract", "{name: departures, version: 2.0.0, contract")
    )
    applied(root)
    assert rows(root, most)[0][0] == before * 60


def test_a_consumer_that_is_new_begins_with_the_newest_stable_line(both: Path) -> None:
    columns = {"tail": "string key", "flights": "integer", "mean_delay": "number"}
    write_product(both, A("network.late", [Made("late", columns, DELAYS)], reads=[PORT]))
    manifest = both / "domains/network/late/product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("departures, version: 1.0.0", "departures"))
    applied(both)
    with open_session(both) as session:
        assert session.recorded.input_lines["network.late", "departures"] == "2"  # type: ignore[index]
        assert session.recorded.input_lines["network.routes", "departures"] == "1"  # type: ignore[index]


def test_both_lines_are_shown_found_and_followed(both: Path) -> None:
    with open_session(both) as session:
        assert {table.line for table in shown(PORT.rpartition(".")[0], session.library).data} == {OLD, NEW}  # type: ignore[union-attr]
        assert shown(PORT, session.library).what.version == "2.0.0"
        assert shown(OLD, session.library).who.consumers == ("network.routes",)
        assert shown(NEW, session.library).who.consumers == ()
        assert PORT in {hit.name.partition("@")[0] for hit in search("departures", session.library)}
        assert {node.name for node in lineage(OLD, session.library).nodes} >= {"network.routes.delays"}


def test_both_lines_are_in_the_mesh_s_own_relations(both: Path) -> None:
    asked = "SELECT line, line_name FROM mesh.tables WHERE table_name = 'departures' ORDER BY line"
    assert rows(both, asked) == [("1", OLD), ("2", NEW)]
    ports = "SELECT version FROM mesh.ports WHERE port = 'departures' AND direction = 'output' ORDER BY version"
    assert rows(both, ports) == [("1.0.0",), ("2.0.0",)]


def test_both_lines_are_proved(both: Path) -> None:
    with open_session(both) as session:
        proof = session.test(["operations.flights"])
    assert proof.succeeded
    assert {result.line for result in proof.results} == {OLD, NEW}


def test_each_line_is_tried_by_its_name(both: Path) -> None:
    with open_session(both) as session:
        assert [max(session.try_(name, 60).rows["delay"].to_pylist()) for name in (OLD, PORT)] == [6, 360]


def test_a_relationship_of_a_line_is_to_the_table_of_that_line(tmp_path: Path) -> None:
    to_items = "relationships:\n  - {type: foreignKey, from: orders.item, to: items.item}"
    orders, items = TWO.makes
    related = Made(orders.name, orders.columns, orders.sql, more=to_items)
    root = write_mesh(tmp_path, A(TWO.name, [related, items], TWO.sources))
    made(root, "2.0.0", "shop.orders.orders")
    (root / "domains/shop/orders/transforms/items.sql").write_text("SELECT 2 AS item")
    applied(root)
    with open_session(root) as session:
        found = [result for result in session.test(["shop.orders"]).results if result.kind == "relationship"]
    assert [(result.line, result.outcome) for result in found] == [
        ("shop.orders.orders@1", "passed"),
        ("shop.orders.orders@2", "passed"),
    ]


def test_one_pipeline_serves_both_lines_of_a_port_of_several_tables(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, TWO)
    applied(root)
    made(root, "2.0.0", "shop.orders.orders", bridge=True)
    report = applied(root)
    told = {table.line: table.handover for product in report.products for table in product.tables if table.handover}
    assert {line: found.is_equal for line, found in told.items()} == {
        "shop.orders.orders@1": True,
        "shop.orders.items@1": True,
    }
    with open_session(root) as session:
        graph = lineage("shop.orders.orders@1", session.library)
    assert "source:shop.orders.order_file" in {node.name for node in graph.nodes}


def test_lines_that_read_each_other_are_refused_as_a_circle(root: Path) -> None:
    made(root, "2.0.0", bridge=True)
    (root / FOLDER / "transforms/departures.sql").write_text('SELECT * FROM "departures@1"')
    assert any("these read each other in a circle: departures -> departures@1 -> departures" in f for f in faults(root))
    with pytest.raises(Misuse, match="departures reads departures@1, so that a bridge would close a circle"):
        bridge(root)


def test_a_bridge_reads_renamed_columns_casts_others_and_marks_what_it_lacks(root: Path) -> None:
    applied(root)
    written = bridge(renamed(root))
    sql = root / FOLDER / "transforms/departures@1.sql"
    assert sql.read_text() == (
        "-- To be said: what makes tail VARCHAR, which departures has not.\n"
        "SELECT\n  id,\n  CAST(seats AS BIGINT) AS seats,\n  delay_minutes AS delay\nFROM departures\n"
    )
    assert any("delay is taken to be delay_minutes now" in note for note in written.notes)
    assert any("column 'tail' of 'departures' is promised" in fault for fault in faults(root))
    sql.write_text(sql.read_text().replace("  id,", "  id,\n  'N' || id % 20 AS tail,"))
    (handover,) = [t.handover for p in applied(root).products for t in p.tables if t.handover]
    assert handover.is_equal


def test_what_makes_a_line_is_replaced_by_a_bridge_only_when_asked(root: Path) -> None:
    made(root, "2.0.0")
    with pytest.raises(Misuse, match=r"makes that line already\. To write it anew: weft new bridge .* --replace"):
        bridge(root, replaces=False)
    assert [file.name for file in bridge(root).files] == ["departures@1.sql"]
    assert bridge(root, replaces=False).notes == ("transforms/departures@1.sql is that bridge already",)


def test_a_bridge_takes_the_place_of_python(root: Path) -> None:
    folder = root / FOLDER / "transforms"
    made(root, "2.0.0")
    (folder / "departures@1.sql").unlink()
    (folder / "departures@1.py").write_text("def departures(flight_file):\n    return flight_file\n")
    assert [file.name for file in bridge(root).removed] == ["departures@1.py"]
    assert {file.name for file in folder.iterdir()} == {"departures.sql", "departures@1.sql"}


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        (PORT, Misuse, "names no line. Say which line is to be a bridge"),
        (f"{PORT}@2", Misuse, "line 2 has no newer stable line"),
        (f"{PORT}@3", Unknown, "there is no line 'operations.flights.departures@3'"),
    ],
)
def test_only_an_older_line_can_be_a_bridge(root: Path, name: str, error: type[Exception], told: str) -> None:
    made(root, "2.0.0")
    with pytest.raises(error) as raised:
        bridge(root, name)
    assert told in str(raised.value)


def test_who_follows_a_rename_to_another_line_is_told_what_its_columns_are_called_there(root: Path) -> None:
    asks = A(
        "network.late",
        [Made("late", {"late": "integer"}, "SELECT sum(delay)::BIGINT AS late FROM departures")],
        reads=[PORT],
    )
    write_product(root, asks)
    applied(root)
    renamed(root)
    applied(root)
    manifest, sql = (root / "domains/network/late" / file for file in ("product.odps.yaml", "transforms/late.sql"))
    head, _, ports = manifest.read_text().partition("inputPorts:")
    manifest.write_text(f"{head}inputPorts:{ports.replace('version: 1.0.0', 'version: 2.0.0', 1)}")
    sql.write_text(sql.read_text().replace("delay", "delay_minutes"))
    with open_session(root) as session:
        (port,) = session.plan().evolution.changed
    assert any("there 'delay' is called 'delay_minutes', it seems" in change.reason for change in port.changes)
