"""What a preview does to each of the invited, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meshes import A, Made, claimed, write_product
from tests.previews import FLIGHTS, LATER, PREVIEW, invite, write_preview

import weft
from weft.errors import Misuse, Refused, Unknown
from weft.session import Session, open_session
from weft.session.judging import judge
from weft.session.previewing import Tried, preview

LATE = A(
    "analytics.late",
    [Made("late", {"tail": "string key", "latest": "integer"}, "SELECT tail, max(delay) AS latest FROM busy GROUP BY tail"),
     Made("seats", {"seats": "integer"}, "SELECT max(seats) AS seats FROM departures")],
    reads=["operations.flights.departures"],
    files={"transforms/busy.sql": "SELECT tail, delay FROM departures WHERE delay >= 0\n"},
)  # fmt: skip


@pytest.fixture
def root(root: Path) -> Path:
    """Applied, with a consumer of several tables and a step; the preview is yet to be written."""
    write_product(root, LATE)
    weft.open(root).apply().raise_for_failure()
    return root


def published(root: Path, sql: str = LATER, *more: str) -> Path:
    write_preview(root, sql, ("network.routes", "analytics.late", "ada@example.org", *more))
    weft.open(root).apply("operations.flights").raise_for_failure()
    return root


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    with open_session(root) as opened:
        yield opened


def tried(session: Session) -> dict[str, Tried]:
    return {one.who: one for one in preview(session, PREVIEW).consumers}


def test_each_consumer_s_tables_are_made_over_the_preview_and_compared(root: Path, session: Session) -> None:
    published(root)
    found = tried(session)
    routes, late, ada = found["network.routes"], found["analytics.late"], found["ada@example.org"]
    (delays,) = routes.differences
    assert (routes.binds, routes.runs, routes.breaks) == (True, True, False)
    assert (delays.after.line, delays.added, delays.removed, delays.changed) == ("network.routes.delays@1", 0, 0, 20)
    assert [column.column for column in delays.columns] == ["mean_delay"]
    assert {one.after.line: one.is_empty for one in late.differences} == {
        "analytics.late.late@1": False,
        "analytics.late.seats@1": True,
    }
    assert all(result.outcome == "passed" for result in routes.results)
    assert (ada.is_person, ada.binds, ada.runs) == (True, None, None)


def test_nothing_is_published_recorded_or_left_behind(root: Path, session: Session) -> None:
    published(root)
    before = set((root / ".weft/store").rglob("*.parquet"))
    revision = session.registry.recorded("prod").revision
    runs = session.registry.journal.facts("runs").num_rows
    tried(session)
    assert set((root / ".weft/store").rglob("*.parquet")) == before
    assert (session.registry.recorded("prod").revision, session.registry.journal.facts("runs").num_rows) == (
        revision,
        runs,
    )


def test_a_consumer_that_does_not_bind_is_told_with_its_file_and_line(root: Path, session: Session) -> None:
    """The preview has no `delay` any more: it promises a delay in seconds under another name."""
    write_preview(root, LATER.replace("AS delay", "AS late"), ("network.routes", "analytics.late"))
    contract = root / FLIGHTS / "contracts/flights_beta.odcs.yaml"
    contract.write_text(contract.read_text().replace("- name: delay", "- name: late"))
    weft.open(root).apply("operations.flights").raise_for_failure()
    found = tried(session)
    (fault,) = found["network.routes"].faults
    assert (found["network.routes"].binds, found["network.routes"].runs, found["network.routes"].breaks) == (
        False,
        None,
        True,
    )
    assert fault.place.file == "domains/network/routes/transforms/delays.sql"
    assert "delay" in fault.message
    assert found["analytics.late"].faults


def test_a_type_that_no_longer_fits_a_consumer_s_own_promise_does_not_bind(root: Path, session: Session) -> None:
    write_preview(root, LATER.replace("f.delay + 1", "(f.delay::VARCHAR)"), ("analytics.late",))
    contract = root / FLIGHTS / "contracts/flights_beta.odcs.yaml"
    text = contract.read_text()
    contract.write_text(
        text.replace("- name: delay\n        logicalType: integer", "- name: delay\n        logicalType: string")
    )
    weft.open(root).apply("operations.flights").raise_for_failure()
    late = tried(session)["analytics.late"]
    assert late.binds is False
    assert {fault.place.file for fault in late.faults} == {"domains/analytics/late/transforms/busy.sql"}


def test_a_consumer_that_binds_and_fails_on_the_data_is_told_why(root: Path, session: Session) -> None:
    routes = root / "domains/network/routes/transforms/delays.sql"
    routes.write_text(
        "SELECT tail, count(*) AS flights, avg(100 // (CASE delay WHEN 7 THEN CAST('x' || delay AS INTEGER) ELSE 1 END)) AS mean_delay"
        " FROM departures GROUP BY tail ORDER BY tail\n"
    )
    session.refresh()
    claimed(session)
    weft.open(root).apply().raise_for_failure()
    published(root)
    found = tried(session)["network.routes"]
    assert (found.binds, found.runs, found.breaks) == (True, False, True)
    assert "x7" in found.failure


def test_a_promise_of_the_consumer_that_would_break_is_told(root: Path, session: Session) -> None:
    published(
        root,
        LATER.replace("f.tail,", "CASE WHEN f.id = 7 THEN 'N1' ELSE f.tail END AS tail,").replace(
            "f.delay + 1 AS delay", "f.delay"
        ),
    )
    assert not tried(session)["network.routes"].breaks
    contract = root / "domains/network/routes/contracts/routes.odcs.yaml"
    quality = "    quality:\n      - {type: library, metric: rowCount, mustBe: 20}\n      - {type: sql, query: SELECT max(flights) FROM delays, mustBe: 3}\n"
    contract.write_text(contract.read_text() + quality)
    session.refresh()
    claimed(session)
    weft.open(root).apply().raise_for_failure()
    routes = tried(session)["network.routes"]
    assert routes.breaks
    assert [(r.measured, r.threshold) for r in routes.results if r.blocks] == [(4, "mustBe 3")]


def test_what_a_consumer_expects_is_held_against_the_preview(root: Path, session: Session) -> None:
    (root / "domains/network/routes/contracts/expected.odcs.yaml").write_text(
        "apiVersion: v3.2.0\nkind: DataContract\nid: operations.flights\nversion: 1.0.0\nstatus: active\n"
        "schema:\n  - name: departures\n    properties:\n      - {name: delay, logicalType: integer}\n"
        "    quality:\n      - {type: sql, query: 'SELECT max(delay) FROM {object}', mustBeLessThan: 7}\n"
    )
    weft.open(root).apply().raise_for_failure()
    published(root)
    held = {result.check: result for result in tried(session)["network.routes"].expectations}
    (missed,) = [result for result in held.values() if result.outcome == "failed"]
    assert (missed.measured, missed.severity, missed.line) == (7, "warning", PREVIEW)


def test_an_invited_product_that_reads_nothing_of_it_has_nothing_to_bind(root: Path, session: Session) -> None:
    published(root, LATER, "fleet.planes")
    found = tried(session)["fleet.planes"]
    assert (found.reads, found.binds, found.breaks) == ((), None, False)


def test_a_preview_that_is_not_there_is_said_with_the_closest(root: Path, session: Session) -> None:
    published(root)
    with pytest.raises(Unknown, match="Did you mean"):
        preview(session, "operations.flights.departures@1.1.0-beta.2")


def test_a_preview_that_is_not_published_is_refused(root: Path, session: Session) -> None:
    write_preview(root, LATER)
    with pytest.raises(Unknown, match="No port of this mesh"):
        preview(session, PREVIEW)


def test_verdicts_are_kept_and_the_newest_of_each_counts(root: Path, session: Session) -> None:
    published(root)
    judge(session, PREVIEW, ("bad", "the means are off"), "network.routes")
    judge(session, PREVIEW, ("good", "mended"), "network.routes")
    judge(session, PREVIEW, ("good", ""), "ada@example.org")
    said = {who: (one.verdict.word, one.verdict.comment) for who, one in tried(session).items() if one.verdict}
    assert said == {"network.routes": ("good", "mended"), "ada@example.org": ("good", "")}
    with weft.open(root) as mesh:
        assert mesh.query("SELECT verdict FROM mesh.verdicts ORDER BY given_at").fetchall() == [
            ("bad",),
            ("good",),
            ("good",),
        ]
        events = mesh.query("SELECT message FROM mesh.events WHERE kind = 'verdict' ORDER BY event").fetchall()
        assert events[0] == ("network.routes says bad of departures 1.1.0-beta.1: the means are off",)
        invited = mesh.show("operations.flights").who.invited
        assert [(one.who, one.verdict) for one in invited][:2] == [("network.routes", "good"), ("analytics.late", "")]


@pytest.mark.parametrize("who", ["fleet.planes", "bob", "operations.flights", ""])
def test_only_the_invited_have_a_verdict(root: Path, session: Session, who: str) -> None:
    published(root)
    with pytest.raises(Refused, match="is not invited"):
        judge(session, PREVIEW, ("good", ""), who)


def test_who_was_invited_until_yesterday_has_no_verdict_any_more(root: Path, session: Session) -> None:
    published(root)
    invite(root, ["network.routes"], until="2026-01-01")
    weft.open(root).apply("operations.flights").raise_for_failure()
    with pytest.raises(Refused, match="until 2026-01-01"):
        judge(session, PREVIEW, ("good", ""), "network.routes")


def test_a_bad_verdict_says_why(root: Path, session: Session) -> None:
    published(root)
    with pytest.raises(Misuse, match="a bad verdict says why"):
        judge(session, PREVIEW, ("bad", " "), "network.routes")
