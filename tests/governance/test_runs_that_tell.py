"""Applies, promotions and rollbacks of a real mesh tell its people what they did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.meshes import claimed, planes_and_departures, write_mesh

from weft.governance import telling
from weft.names import ProductName
from weft.run.report import RunReport
from weft.session import Choice, open_session
from weft.session.promoting import promote
from weft.session.rolling_back import roll_back

from .conftest import Box, Posts

NOTIFY = """
notify:
  webhooks: [{{url: "${{CHAT_URL}}"}}]
  mail: {{host: 127.0.0.1, port: {port}, from: weft@air.example.org, starttls: false}}
"""
FLIGHTS = ProductName("operations.flights")
TEAM = "team: {{name: {domain}, members: [{{username: {domain}@air.example.org, role: owner}}]}}\n"
RULE = "mustBeGreaterThan: 0"


@pytest.fixture
def root(tmp_path: Path, posts: Posts, box: Box, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three products in a row, each of a domain that has a team; all published."""
    monkeypatch.setenv("CHAT_URL", posts.url)
    found = write_mesh(tmp_path / "mesh", *planes_and_departures(), settings=NOTIFY.format(port=box.port))
    for domain in ("fleet", "operations", "network"):
        with (found / "domains" / domain / "domain.yaml").open("a") as file:
            file.write(TEAM.format(domain=domain))
    assert applied(found).succeeded
    return found


def applied(root: Path, environment: str = "prod") -> RunReport:
    with open_session(root, environment) as session:
        return session.apply(claimed(session))


def edited(root: Path, file: str, *changes: tuple[str, str]) -> None:
    path = root / "domains" / file
    text = path.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


def contract(root: Path, *changes: tuple[str, str]) -> None:
    edited(root, "operations/flights/contracts/flights.odcs.yaml", *changes)


def kinds(root: Path) -> list[tuple[str, str]]:
    with open_session(root) as session:
        events = session.registry.journal.facts("events")
        return list(zip(events["product"].to_pylist(), events["kind"].to_pylist(), strict=True))


def test_what_is_new_or_has_other_data_tells_nobody(root: Path, posts: Posts, box: Box) -> None:
    edited(root, "fleet/planes/plane_file.csv", ("N1,51", "N1,52"))
    assert applied(root).succeeded
    assert (posts.got, box.got, kinds(root)) == ([], [], [])


def test_a_failed_product_s_people_and_all_after_it_are_told_what_did_not_hold(
    root: Path, posts: Posts, box: Box
) -> None:
    contract(root, (RULE, "mustBeGreaterThan: 1000"))
    report = applied(root)
    assert (report.succeeded, report.untold) == (False, ())
    (text,) = posts.texts
    assert text.startswith(
        "*operations.flights failed (test)*\n1 check did not hold: departures@1: rowCount (mustBeGreaterThan 1000). "
        "The rows: weft test operations.flights --failures (by "
    )
    assert box.mailed == ["network@air.example.org", "operations@air.example.org"]


@pytest.mark.parametrize("other_data", [[("0,N0,0", "0,N0,1")], []], ids=["built anew", "as it was published"])
def test_a_failure_is_told_once_and_then_that_it_is_over(
    root: Path, posts: Posts, other_data: list[tuple[str, str]]
) -> None:
    contract(root, (RULE, "mustBeGreaterThan: 1000"))
    for _ in range(2):
        applied(root)
    assert kinds(root) == [(FLIGHTS, "failed")]
    contract(root, ("mustBeGreaterThan: 1000", RULE))
    edited(root, "operations/flights/flight_file.csv", *other_data)
    assert applied(root).succeeded
    assert kinds(root) == [(FLIGHTS, "failed"), (FLIGHTS, "recovered")]
    assert len(posts.got) == 2


def test_a_changed_promise_is_told_with_what_changed(root: Path, posts: Posts, box: Box) -> None:
    contract(root, ("version: 1.0.0", "version: 1.1.0"), (RULE, "mustBeGreaterThan: 10"))
    edited(
        root,
        "operations/flights/product.odps.yaml",
        ("{name: departures, version: 1.0.0", "{name: departures, version: 1.1.0"),
    )
    assert applied(root).succeeded
    (text,) = posts.texts
    assert "*operations.flights.departures@1 published (test)*\ndepartures 1.0.0 to 1.1.0: rule strengthened: " in text
    assert box.mailed == ["network@air.example.org", "operations@air.example.org"]


def test_a_deprecation_is_told_with_its_dates(root: Path, posts: Posts) -> None:
    ends = "slaProperties:\n  - {property: endOfSupport, value: '2027-06-30'}\nschema:"
    contract(root, ("status: active", "status: deprecated"), ("schema:", ends))
    assert applied(root).succeeded
    assert "departures 1.1.0 is deprecated: supported until 2027-06-30" in posts.texts[0]
    assert (FLIGHTS, "deprecated") in kinds(root)


def test_a_deprecation_that_is_taken_back_is_told(root: Path, posts: Posts, box: Box) -> None:
    ends = "slaProperties:\n  - {property: endOfSupport, value: '2027-06-30'}\nschema:"
    contract(root, ("status: active", "status: deprecated"), ("schema:", ends))
    assert applied(root).succeeded
    contract(root, ("status: deprecated", "status: active"))
    assert applied(root).succeeded
    assert "departures 1.1.0 is active, and was deprecated" in posts.texts[-1]
    assert set(box.mailed) == {"network@air.example.org", "operations@air.example.org"}
    assert len(box.mailed) == 4


def test_who_is_cut_off_by_force_is_told_why_once(root: Path, posts: Posts, box: Box) -> None:
    contract(root, ("status: active", "status: retired"))
    with open_session(root) as session:
        assert session.apply(session.plan(Choice(because="it leaks names"))).succeeded
    told = [text for text in posts.texts if "retired" in text]
    assert len(told) == 1
    assert "*operations.flights.departures@1 retired (test)*\ndepartures 1.0.0 is retired (it leaks names)" in told[0]
    assert box.mailed == ["network@air.example.org", "operations@air.example.org"]


def test_a_product_that_is_removed_is_told_its_domain(root: Path, box: Box) -> None:
    folder = root / "domains" / "network" / "routes"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    assert applied(root).succeeded
    assert (kinds(root), box.mailed) == ([("network.routes", "retired")], ["network@air.example.org"])


def test_a_rollback_is_told_with_its_reason(root: Path, posts: Posts, box: Box) -> None:
    edited(root, "operations/flights/flight_file.csv", ("0,N0,0", "0,N0,1"))
    applied(root)
    with open_session(root) as session:
        assert roll_back(session, FLIGHTS, because="the delays were wrong").untold == ()
    (text,) = posts.texts
    assert "*operations.flights rolled back (test)*" in text and "the delays were wrong" in text
    assert "*network.routes.delays@1 built on withdrawn (test)*" in text
    assert box.mailed == ["network@air.example.org", "operations@air.example.org"]


def test_an_environment_tells_nobody_until_it_is_promoted(root: Path, posts: Posts, box: Box) -> None:
    edited(root, "fleet/planes/plane_file.csv", ("N1,51", "N1,52"))
    contract(root, (RULE, "mustBeGreaterThan: 10"))
    assert applied(root, "feature").succeeded
    assert (posts.got, box.got) == ([], [])
    with open_session(root) as session:
        assert promote(session, "feature").untold == ()
    assert posts.texts[0].count("promoted") >= 2
    assert "operations@air.example.org" in box.mailed


def test_what_cannot_be_told_is_a_warning_and_a_later_run_with_nothing_to_do_tells_it(
    root: Path, posts: Posts, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PAUSES", (timedelta(0),))
    posts.answers = [(500, b"")]
    contract(root, (RULE, "mustBeGreaterThan: 10"))
    report = applied(root)
    assert report.succeeded
    assert [text.partition(" was")[0] for text in report.untold] == ["webhook:${CHAT_URL}"]
    again = applied(root)
    assert (again.run, again.untold, len(posts.got)) == (None, (), 2)
    assert len(box.got) == 2


def test_without_notify_nothing_is_recorded_or_sent(root: Path, posts: Posts, box: Box) -> None:
    (root / "mesh.yaml").write_text("name: test\n")
    contract(root, (RULE, "mustBeGreaterThan: 1000"))
    assert applied(root).untold == ()
    assert (posts.got, box.got, kinds(root)) == ([], [], [])
