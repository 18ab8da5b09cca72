"""Who is on which line: products by their input ports, people as measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.agreements import grant
from tests.cli.conftest import call
from tests.meshes import claimed, planes_and_departures, write_mesh

from weft.names import LineName
from weft.product.reads import Asked
from weft.query.pages import ProductPage
from weft.query.show import shown
from weft.session import Session, open_session

PLANES = LineName("fleet.planes.plane@1")


def page(session: Session, name: str) -> ProductPage:
    found = shown(name, session.library)
    assert isinstance(found, ProductPage)
    return found


def read(session: Session, who: str, ago: timedelta) -> None:
    at = datetime.now(UTC) - ago
    session.registry.journal.reads.keep(Asked(at, who, "prod", "query", "SELECT 1", {PLANES: ("tail",)}))


def test_a_line_has_its_products_and_the_people_who_read_it(session: Session) -> None:
    assert session.apply(claimed(session)).succeeded
    read(session, "ann", timedelta(days=40))
    (line,) = page(session, "fleet.planes").who.ledger
    assert (line.line, line.version, line.status, line.is_free) == (PLANES, "1.0.0", "active", False)
    person, product = sorted(line.consumers, key=lambda one: one.kind)
    assert (product.name, product.how, product.is_pinned, product.columns) == (
        "operations.flights",
        "plane",
        True,
        ("seats", "tail"),
    )
    assert product.since is not None
    assert product.last_built_at is not None
    assert (person.name, person.how, person.times, person.columns) == ("ann", "query", 1, ("tail",))


def test_a_line_is_free_once_nobody_has_read_it_for_the_days_of_the_mesh(session: Session) -> None:
    assert session.apply(claimed(session)).succeeded
    (line,) = page(session, "network.routes").who.ledger
    assert (line.consumers, line.is_free) == ((), True)


def test_an_input_without_a_version_is_recorded_and_keeps_its_day(session: Session) -> None:
    manifest = session.settings.root / "domains/operations/flights/product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("{name: plane, version: 1.0.0,", "{name: plane,"))
    assert session.apply(claimed(session)).succeeded
    since = page(session, "fleet.planes").who.ledger[0].consumers[0].since
    sql = session.settings.root / "domains/operations/flights/transforms/departures.sql"
    sql.write_text(sql.read_text().replace("p.seats,", "p.seats + 0 AS seats,"))
    session.refresh()
    assert session.apply(claimed(session)).succeeded
    (consumer,) = page(session, "fleet.planes").who.ledger[0].consumers
    assert (consumer.is_pinned, consumer.since) == (False, since)


def test_the_ledger_is_shown_and_asked_of_in_sql(session: Session) -> None:
    assert session.apply(claimed(session)).succeeded
    read(session, "ann", timedelta())
    root = session.settings.root
    out = call("show", "fleet.planes", mesh=root).out
    assert "plane@1  1.0.0, active" in out
    assert "operations.flights by its input port 'plane', pinned, since" in out
    assert "ann by query, 1 time, last just now" in out
    (line,) = call("show", "fleet.planes.plane", "--json", mesh=root).object["who"]["ledger"]
    assert [one["name"] for one in line["consumers"]] == ["ann", "operations.flights"]
    sql = "SELECT consumer FROM mesh.consumers WHERE line_name = 'fleet.planes.plane@1' AND kind = 'person'"
    assert call("query", sql, "--json", mesh=root).object["rows"] == [{"consumer": "ann"}]


def test_whoever_has_an_agreement_keeps_a_line(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh", *planes_and_departures())
    with open_session(root) as session:
        session.apply(session.plan())
        made = grant(root, "bob", "network.routes.delays")
        (line,) = page(session, "network.routes").who.ledger
    assert [(one.kind, one.name, one.how) for one in line.consumers] == [
        ("agreement", "bob", f"agreement {made.id} until 2999-12-31")
    ]
    assert not line.is_free
