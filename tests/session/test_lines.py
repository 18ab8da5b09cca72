"""A port's next version beside the present one is right as it is written, builds both lines, and moves nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh
from tests.session.test_environments import applied, plan_of

from weft.errors import Misuse, Unknown
from weft.session import open_session
from weft.session.lines import new_version
from weft.versions import Version
from weft.workspace.changing import Written

PORT = "operations.flights.departures"
FOLDER = "domains/operations/flights"
TWO = A(
    "shop.orders",
    [
        Made(
            "orders",
            {"id": "integer key", "item": "integer"},
            "-- which\nSELECT o.id, i.item FROM order_file o, items i",
        ),
        Made("items", {"item": "integer key"}, "SELECT 1 AS item"),
    ],
    [Source("order_file", {"id": "integer"}, "id\n1\n2\n")],
)
CASE = """\
- name: one
  # why
  given: {order_file: [{id: 7}], items: [{item: 3}]}
  expect: [{id: 7, item: 3}]
"""


def made(root: Path, version: str, name: str = PORT, *, bridge: bool = False) -> Written:
    with open_session(root) as session:
        return new_version(session, name, Version.parse(version), bridge=bridge)


def names(written: Written) -> set[str]:
    return {file.name for file in written.files}


def rows(root: Path, sql: str) -> list[tuple[object, ...]]:
    with open_session(root) as session, session.query(sql) as answer:
        return answer.relation().fetchall()


def texts(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in (root / "domains").rglob("*") if file.is_file()}


def test_a_new_major_is_right_as_it_is_written_and_nothing_of_it_is_built_twice(root: Path) -> None:
    applied(root)
    assert names(made(root, "2.0.0")) == {"departures@1.sql", "flights@2.odcs.yaml", "product.odps.yaml"}
    with open_session(root) as session:
        assert session.check() == ()
    actions = {step.line.rpartition(".")[2]: step.action for _, step in plan_of(root).steps()}
    assert actions == {"plane@1": "nothing", "departures@1": "nothing", "departures@2": "reuse", "delays@1": "nothing"}
    applied(root)
    both = f'SELECT (SELECT count(*) FROM {PORT}), (SELECT count(*) FROM operations.flights."departures@1")'
    assert rows(root, both) == [(60, 60)]
    assert plan_of(root).is_empty


def test_who_edited_the_old_line_first_is_told_to_put_it_back(root: Path) -> None:
    applied(root)
    contract = root / FOLDER / "contracts" / "flights.odcs.yaml"
    contract.write_text(contract.read_text().replace("name: delay", "name: delay_minutes"))
    sql = root / FOLDER / "transforms" / "departures.sql"
    sql.write_text(sql.read_text().replace("f.delay", "f.delay AS delay_minutes"))
    (note,) = made(root, "2.0.0").notes
    assert note.startswith(
        f"{FOLDER}/contracts/flights.odcs.yaml is still line 1's, and breaks those who read it (delay:"
    )


def test_a_new_major_s_documents_keep_their_comments(root: Path) -> None:
    manifest = root / FOLDER / "product.odps.yaml"
    manifest.write_text(
        manifest.read_text().replace("outputPorts:", "outputPorts:\n  # the flights")
        + "# at the end\nteam: {name: ops}\n"
    )
    contract = root / FOLDER / "contracts/flights.odcs.yaml"
    contract.write_text(contract.read_text().replace("version: 1.0.0", "version: '1.0.0'  # the claim"))
    old = contract.read_text()
    made(root, "2.0.0")
    entry = "  - {name: departures, version: 1.0.0, contractId: operations.flights}\n"
    assert f"  # the flights\n{entry}{entry.replace('1.0.0', '2.0.0')}# at the end\n" in manifest.read_text()
    assert contract.read_text() == old
    assert (contract.parent / "flights@2.odcs.yaml").read_text() == old.replace("'1.0.0'", "2.0.0")


def test_what_says_that_a_line_ends_is_not_said_of_the_next(root: Path) -> None:
    contract = root / FOLDER / "contracts/flights.odcs.yaml"
    ends = (
        "slaProperties:\n  - {property: endOfSupport, value: 2027-01-01}\n  - {property: latency, value: 1, unit: d}\n"
    )
    contract.write_text(contract.read_text().replace("status: active", "status: deprecated") + ends)
    made(root, "2.0.0")
    text = (contract.parent / "flights@2.odcs.yaml").read_text()
    assert "status: draft" in text
    assert "endOf" not in text
    assert "latency" in text


def test_each_table_of_a_port_stays_among_those_of_its_own_line(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, TWO)
    folder = root / "domains/shop/orders"
    (folder / "tests/orders.yaml").write_text(CASE)
    written = made(root, "2.0.0", "shop.orders.orders")
    sql = (folder / "transforms/orders@1.sql").read_text()
    assert sql == '-- which\nSELECT o.id, i.item FROM order_file o, "items@1" i\n'
    assert (folder / "transforms/orders.sql").read_text() == sql.replace('"items@1"', "items")
    assert names(written) >= {"orders@1.yaml", "items@1.sql"}
    (folder / "transforms/items.sql").write_text("SELECT 2 AS item")
    applied(root)
    assert rows(root, 'SELECT item FROM shop.orders."orders@1" UNION ALL SELECT item FROM shop.orders.orders') == [
        (1,),
        (1,),
        (2,),
        (2,),
    ]
    with open_session(root) as session:
        assert [result.passed for result in session.unit()] == [True, True]


def test_a_preview_has_files_of_its_own_and_the_stable_line_keeps_its(root: Path) -> None:
    before = (root / FOLDER / "transforms/departures.sql").read_text()
    assert names(made(root, "1.1.0-beta.1")) == {
        "departures@1.1.0-beta.1.sql",
        "flights@1.1.0-beta.1.odcs.yaml",
        "product.odps.yaml",
    }
    assert (root / FOLDER / "transforms/departures.sql").read_text() == before
    applied(root)
    assert rows(root, 'SELECT count(*) FROM operations.flights."departures@1.1.0-beta.1"') == [(60,)]


def test_a_major_is_made_of_its_own_preview(root: Path) -> None:
    made(root, "2.0.0-beta.1")
    folder = root / FOLDER / "transforms"
    old = (folder / "departures.sql").read_text()
    (folder / "departures@2.0.0-beta.1.sql").write_text(old.replace("f.delay", "f.delay * 60 AS delay"))
    made(root, "2.0.0")
    assert (folder / "departures@1.sql").read_text() == old
    assert "* 60" in (folder / "departures.sql").read_text()
    applied(root)
    assert rows(root, f"SELECT max(delay) FROM {PORT}") == [(360,)]


def test_a_third_major_leaves_older_lines_as_they_were(root: Path) -> None:
    made(root, "2.0.0", bridge=True)
    made(root, "3.0.0", bridge=True)
    folder = root / FOLDER / "transforms"
    assert (folder / "departures@2.sql").read_text().endswith("FROM departures\n")
    assert (folder / "departures@1.sql").read_text().endswith('FROM "departures@2" AS departures\n')
    applied(root)
    assert rows(root, 'SELECT count(*) FROM operations.flights."departures@1"') == [(60,)]


def test_a_python_transform_goes_on_under_its_label(root: Path) -> None:
    folder = root / FOLDER / "transforms"
    (folder / "departures.sql").unlink()
    python = (
        '"""Departures."""\nimport pyarrow.compute as pc\n\ndef departures(flight_file):\n    t = flight_file\n'
        "    return t.append_column('seats', pc.multiply(t['id'], 1)).select(['id', 'tail', 'seats', 'delay'])\n"
    )
    (folder / "departures.py").write_text(python)
    made(root, "2.0.0")
    assert (folder / "departures@1.py").read_text() == python
    made(root, "3.0.0", bridge=True)
    assert (folder / "departures@2.sql").exists()
    applied(root)
    counts = ", ".join(f'(SELECT count(*) FROM operations.flights."departures@{n}")' for n in (1, 2, 3))
    assert rows(root, f"SELECT {counts}") == [(60, 60, 60)]


def test_python_that_reads_a_table_of_its_own_line_goes_on_reading_that(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, TWO)
    folder = root / "domains/shop/orders/transforms"
    (folder / "orders.sql").unlink()
    python = (
        "def orders(order_file, items):\n    item = items['item'][0].as_py()\n"
        "    return [{'id': row['id'], 'item': item} for row in order_file.to_pylist()]\n"
    )
    (folder / "orders.py").write_text(python)
    made(root, "2.0.0", "shop.orders.orders")
    assert '@table("orders@1", reads={"items": "items@1"})\ndef orders(' in (folder / "orders@1.py").read_text()
    (folder / "items.sql").write_text("SELECT 2 AS item")
    applied(root)
    assert rows(root, 'SELECT DISTINCT item FROM shop.orders."orders@1"') == [(1,)]
    assert rows(root, "SELECT DISTINCT item FROM shop.orders.orders") == [(2,)]


def test_who_reads_the_plain_name_inside_the_product_is_told_that_it_is_another_line_now(tmp_path: Path) -> None:
    step = A(TWO.name, TWO.makes, TWO.sources, files={"transforms/more.sql": "SELECT item + 1 AS more FROM items"})
    root = write_mesh(tmp_path, step)
    assert made(root, "2.0.0", "shop.orders.orders").notes == (
        "more.sql reads items: line 2 from now on; the line before is items@1",
    )


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.0.0", "has version 1.0.0 already"),
        ("0.9.0", "version 0.9.0 is not above 1.0.0"),
        ("1.0.0-beta.1", "version 1.0.0-beta.1 is not above 1.0.0"),
        (
            "1.1.0",
            "1.1.0 is of line 1, which operations.flights.departures has at 1.0.0. To go on with that line, write",
        ),
    ],
)
def test_a_version_that_is_no_line_above_is_refused(root: Path, version: str, told: str) -> None:
    before = texts(root)
    with pytest.raises(Misuse) as raised:
        made(root, version)
    assert told in str(raised.value)
    assert texts(root) == before


def test_an_unknown_port_is_refused_with_the_closest(root: Path) -> None:
    with pytest.raises(Unknown, match="Did you mean 'departures'"):
        made(root, "2.0.0", "operations.flights.departure")
    with pytest.raises(Misuse, match=r"Write `domain\.product\.port`"):
        made(root, "2.0.0", "operations.flights")


def test_a_file_that_is_there_is_not_overwritten_and_nothing_is_half_written(root: Path) -> None:
    (root / FOLDER / "transforms/departures@1.sql").mkdir()
    before = texts(root)
    with pytest.raises(Misuse, match=r"departures@1\.sql is there already"):
        made(root, "2.0.0")
    assert texts(root) == before


def test_a_bridge_needs_a_stable_line_on_both_sides(root: Path) -> None:
    with pytest.raises(Misuse, match="cannot have a bridge over it"):
        made(root, "2.0.0-beta.1", bridge=True)
