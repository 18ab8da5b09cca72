"""What a plan says of changes for consumers, over real folders and a real registry."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, planes_and_departures, write_mesh, write_product

from weft.plan.evolution import Evolution, PortChange
from weft.session import open_session

FLIGHTS = "domains/operations/flights"


def evolution(root: Path, environment: str = "prod") -> Evolution:
    with open_session(root, environment) as session:
        return session.plan().evolution


def applied(root: Path, environment: str = "prod") -> None:
    with open_session(root, environment) as session:
        assert session.apply(session.plan()).succeeded


def replaced(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def told(change: PortChange) -> list[tuple[str, str, str]]:
    return [(one.kind, one.column or one.table, one.impact) for one in change.changes]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_mesh(tmp_path, *planes_and_departures())
    applied(tmp_path)
    return tmp_path


def test_a_plan_of_what_was_just_applied_changes_nothing(root: Path) -> None:
    assert not evolution(root)


def test_a_mesh_that_was_never_applied_changes_nothing_for_anybody(tmp_path: Path) -> None:
    assert not evolution(write_mesh(tmp_path, *planes_and_departures()))


def test_another_layout_and_a_comment_change_nothing(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "FROM", "\n  -- all of them\n  FROM")
    assert not evolution(root)


def test_another_expression_of_a_column_is_told_and_deserves_a_minor_version(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "f.delay FROM", "f.delay * 2 AS delay FROM")
    (change,) = evolution(root).changed
    assert told(change) == [("meaning changed", "delay", "minor")]
    assert (str(change.before), str(change.after), str(change.least)) == ("1.0.0", "1.0.0", "1.1.0")
    assert change.refusal


def test_another_order_of_rows_changes_nothing(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "ORDER BY f.id", "ORDER BY f.tail, f.id")
    assert not evolution(root)


def test_another_order_that_decides_which_rows_there_are_changes_the_meaning(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "ORDER BY f.id", "ORDER BY f.id LIMIT 5")
    (change,) = evolution(root).changed
    assert told(change) == [("meaning changed", "departures", "minor")]


def test_a_larger_version_is_a_claim_that_is_large_enough(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "f.delay FROM", "f.delay * 2 AS delay FROM")
    replaced(root, f"{FLIGHTS}/contracts/flights.odcs.yaml", "version: 1.0.0", "version: 1.1.0")
    replaced(root, f"{FLIGHTS}/product.odps.yaml", "departures, version: 1.0.0", "departures, version: 1.1.0")
    (change,) = evolution(root).changed
    assert not change.refusal


def test_a_step_that_changed_changes_what_is_made_of_it(tmp_path: Path) -> None:
    steps = {"transforms/clean.sql": "SELECT id, n FROM raw WHERE n > 0\n"}
    made = Made("totals", {"n": "integer"}, "SELECT n FROM clean")
    source = Source("raw", {"id": "integer", "n": "integer"}, "id,n\n1,2\n")
    root = write_mesh(tmp_path, A("a.sums", [made], [source], files=steps))
    applied(root)
    replaced(root, "domains/a/sums/transforms/clean.sql", "n > 0", "n > 1")
    (change,) = evolution(root).changed
    assert told(change) == [("meaning changed", "totals", "minor")]


def test_another_major_in_place_is_a_line_that_goes_and_one_that_comes(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/contracts/flights.odcs.yaml", "version: 1.0.0", "version: 2.0.0")
    replaced(root, f"{FLIGHTS}/product.odps.yaml", "departures, version: 1.0.0", "departures, version: 2.0.0")
    replaced(
        root, "domains/network/routes/product.odps.yaml", "departures, version: 1.0.0", "departures, version: 2.0.0"
    )
    found = evolution(root)
    (reader,) = found.changed
    assert "`departures` is operations.flights.departures@2 now" in reader.changes[0].reason
    assert [(line.port, line.line) for line in found.gone] == [("departures", "1")]
    assert [(line.port, line.line) for line in found.new] == [("departures", "2")]


def test_a_product_that_is_gone_takes_its_lines_with_it(tmp_path: Path) -> None:
    planes, flights, routes = planes_and_departures()
    root = write_mesh(tmp_path, planes, flights, routes)
    applied(root)
    folder = root / "domains/network/routes"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    assert [line.tables for line in evolution(root).gone] == [("network.routes.delays@1",)]


def test_an_environment_is_compared_with_prod(root: Path) -> None:
    replaced(root, f"{FLIGHTS}/transforms/departures.sql", "f.delay FROM", "f.delay * 2 AS delay FROM")
    assert evolution(root, "dev").changed
    replaced(root, f"{FLIGHTS}/contracts/flights.odcs.yaml", "version: 1.0.0", "version: 1.1.0")
    replaced(root, f"{FLIGHTS}/product.odps.yaml", "departures, version: 1.0.0", "departures, version: 1.1.0")
    applied(root, "dev")
    (change,) = evolution(root, "dev").changed
    assert (str(change.before), str(change.after)) == ("1.0.0", "1.1.0")


def test_what_prod_changed_meanwhile_is_no_change_of_an_environment(root: Path) -> None:
    applied(root, "dev")
    planes = planes_and_departures()[0]
    text = (root / "domains/fleet/planes/product.odps.yaml").read_text()
    write_product(root, A(planes.name, planes.makes, planes.sources, version="1.1.0"))
    applied(root)
    write_product(root, planes)
    assert (root / "domains/fleet/planes/product.odps.yaml").read_text() == text
    assert not evolution(root, "dev")


def test_nothing_is_asked_of_the_registry_where_nothing_changed(root: Path) -> None:
    with open_session(root) as session:
        asked: list[object] = []
        of_registry = session.registry.products
        session.registry.products = lambda *given: asked.append(given) or of_registry(*given)  # type: ignore[method-assign]
        session.plan()
        assert not asked
