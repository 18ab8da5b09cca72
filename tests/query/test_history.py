"""History tells what each run did, why, and what went wrong, newest first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.meshes import claimed

from weft.errors import Unknown
from weft.query.answer import Library
from weft.query.history import history
from weft.query.show import shown
from weft.session import Session
from weft.session.rolling_back import roll_back

PLANE = "fleet.planes.plane"


def applied(session: Session) -> None:
    session.refresh()
    session.apply(claimed(session))


def transform(session: Session) -> Path:
    return session.settings.root / "domains/fleet/planes/transforms/plane.sql"


def test_a_run_tells_what_it_published(library: Library) -> None:
    (entry,) = history(library)
    assert (entry.command, entry.state) == ("apply", "succeeded")
    assert entry.published == ("fleet.planes", "operations.flights", "network.routes")
    (table,) = entry.products[0].tables
    assert (table.line, table.action, table.rows) == (f"{PLANE}@1", "built", 20)
    assert table.reasons == ("it was never built in prod",)


def test_the_newest_run_comes_first_and_says_what_changed(session: Session, read: Library) -> None:
    applied(session)
    transform(session).write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    applied(session)
    newest, oldest = history(read)
    assert newest.started_at > oldest.started_at
    assert newest.products[0].changed == (f"{PLANE}@1",)
    assert any("SQL" in reason for reason in newest.products[0].tables[0].reasons)
    assert history(read, limit=1) == (newest,)


@pytest.mark.parametrize("name", ["fleet", "fleet.planes", PLANE, f"{PLANE}@1"])
def test_a_name_is_told_of_its_own_runs_alone(session: Session, read: Library, name: str) -> None:
    applied(session)
    (session.settings.root / "domains/network/routes/transforms/delays.sql").write_text(
        "SELECT tail, count(*) AS flights, max(delay) AS mean_delay FROM departures GROUP BY tail ORDER BY tail"
    )
    applied(session)
    assert len(history(read)) == 2
    (entry,) = history(read, name)
    assert [product.product for product in entry.products] == ["fleet.planes"]


def test_a_failure_is_told_with_its_message_and_who_waited(session: Session, read: Library) -> None:
    applied(session)
    transform(session).write_text("SELECT tail, NULL AS seats FROM plane_file")
    applied(session)
    entry = history(read)[0]
    assert (entry.state, entry.published) == ("failed", ())
    ((product, message),) = entry.failures
    assert product == "fleet.planes"
    assert "required(seats)" in message
    assert {p.product: p.state for p in entry.products}["operations.flights"] == "waited"
    assert [(check.line, check.check, check.outcome) for check in entry.not_held] == [
        (f"{PLANE}@1", "required(seats)", "failed")
    ]


def test_a_proof_is_a_run_of_the_products_it_proved(session: Session, read: Library) -> None:
    applied(session)
    session.test(("fleet.planes",))
    assert [entry.command for entry in history(read, PLANE)] == ["test", "apply"]
    assert [entry.command for entry in history(read, "network.routes")] == ["apply"]


def test_a_product_that_is_gone_has_a_history_still(session: Session, read: Library) -> None:
    applied(session)
    shutil.rmtree(session.settings.root / "domains/network/routes")
    applied(session)
    removed, made = history(read, "network.routes")
    assert (removed.products[0].removed, made.products[0].changed) == (
        ("network.routes.delays@1",),
        ("network.routes.delays@1",),
    )


def test_an_unknown_name_is_told_the_closest(library: Library) -> None:
    with pytest.raises(Unknown, match=r"Did you mean 'fleet\.planes\.plane'"):
        history(library, "fleet.planes.plain")


def test_a_mesh_in_which_nothing_ran_has_no_history(read: Library) -> None:
    assert history(read) == ()


@pytest.mark.parametrize("name", [None, "fleet", "fleet.planes", PLANE])
def test_events_are_told_with_the_run_that_brought_them(session: Session, read: Library, name: str | None) -> None:
    applied(session)
    transform(session).write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    applied(session)
    roll_back(session, "fleet.planes", because="too many seats")
    newest, *others = history(read, name)
    kinds = [(event.product, event.line, event.kind) for event in newest.events]
    assert ("fleet.planes", "", "rolled back") in kinds
    assert name is not None or ("operations.flights", "operations.flights.departures@1", "built on withdrawn") in kinds
    assert name is None or len(kinds) == 1
    told = [(event.product, event.kind) for entry in others for event in entry.events]
    assert told == [("fleet.planes", "published")]


def test_what_befell_a_table_is_in_its_history_though_another_product_s_run_did_it(
    session: Session, read: Library
) -> None:
    applied(session)
    transform(session).write_text("SELECT tail, seats + 1 AS seats FROM plane_file")
    applied(session)
    roll_back(session, "fleet.planes")
    newest, *_ = history(read, "operations.flights.departures")
    assert (newest.command, [event.kind for event in newest.events]) == ("rollback", ["built on withdrawn"])
    page = shown("operations.flights.departures", read)
    assert [event.kind for event in page.how.events] == ["built on withdrawn"]
    assert [event.kind for event in shown("fleet", read).how.events] == ["rolled back", "published"]
