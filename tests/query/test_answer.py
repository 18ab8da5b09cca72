"""Questions over what is published: what names mean, what is opened, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from weft.engine.connection import reaching_files
from weft.errors import EngineFault, Refused, Unknown, WeftError
from weft.names import LineName
from weft.query.answer import Library, answer
from weft.query.naming import newest_lines
from weft.session import Session, open_session

COUNT = "SELECT count(*) AS n FROM operations.flights.departures"


def rows(sql: str, library: Library) -> list[dict[str, object]]:
    with answer(sql, library) as found:
        return list(found.objects())


def test_a_name_reads_the_newest_stable_line(library: Library) -> None:
    with answer(COUNT, library) as found:
        assert found.arrow().to_pylist() == [{"n": 60}]
        assert set(found.question.lines.values()) == {"operations.flights.departures@1"}


def test_a_line_is_read_by_its_own_name(library: Library) -> None:
    assert rows('SELECT count(*) AS n FROM operations.flights."departures@1"', library) == [{"n": 60}]


def test_the_newest_stable_line_is_the_highest_and_never_a_preview() -> None:
    lines = [LineName(f"a.b.c@{label}") for label in ("2", "10", "9", "11.0.0-beta.1")]
    assert newest_lines(lines) == {"a.b.c": "a.b.c@10"}


def test_tables_of_several_products_join(library: Library) -> None:
    sql = """
        SELECT count(*) AS n FROM operations.flights.departures JOIN fleet.planes.plane AS p USING (tail)
        WHERE departures.seats = p.seats AND operations.flights.departures.delay >= 0
    """
    assert rows(sql, library) == [{"n": 60}]


def test_a_query_of_no_table_answers(library: Library) -> None:
    assert rows("SELECT 1 AS a", library) == [{"a": 1}]


def test_a_name_of_the_asker_never_stands_for_a_table_of_ours(library: Library) -> None:
    sql = "WITH t0 AS (SELECT 1 AS a), tx0 AS (SELECT 2 AS b) SELECT count(*) AS n FROM operations.flights.departures"
    assert rows(sql, library) == [{"n": 60}]


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("departures", "Say the whole name: operations.flights.departures."),
        ("flights.departures", "Say the whole name: operations.flights.departures."),
        ("operations.flights.departurs", "Did you mean 'operations.flights.departures'?"),
        ('operations.flights."departures@3"', "Of that table there is: departures@1."),
        ("mesh.tabels", "Did you mean 'mesh.tables'?"),
        ("zebra", "`weft search zebra` looks for it."),
    ],
)
def test_an_unknown_table_is_refused_with_the_closest_and_its_line(library: Library, name: str, mend: str) -> None:
    with pytest.raises(Unknown) as refusal:
        answer(f"SELECT *\nFROM {name}", library)
    assert mend in refusal.value.mend
    assert str(refusal.value.place) == "query:2"


def test_an_unknown_column_is_refused_with_the_closest_and_where_to_look(library: Library) -> None:
    with pytest.raises(EngineFault, match=r"Did you mean 'delay'\?.*`weft show operations\.flights\.departures`"):
        answer("SELECT delaay FROM operations.flights.departures", library)


def test_a_column_qualified_by_an_unknown_table_is_said_in_the_askers_words(library: Library) -> None:
    with pytest.raises(EngineFault, match="flights") as refusal:
        answer("SELECT flights.id FROM operations.flights.departures AS d", library)
    assert '"t0"' not in str(refusal.value)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO operations.flights.departures VALUES (1)",
        "SELECT * FROM '/etc/passwd'",
        "SELECT getenv('HOME')",
        "PRAGMA version",
        "SELECT 1; SELECT 2",
    ],
)
def test_anything_but_reading_is_refused_before_it_runs(library: Library, sql: str) -> None:
    with pytest.raises(Refused):
        answer(sql, library)


def test_a_mesh_where_nothing_is_published_says_so(read: Library) -> None:
    with pytest.raises(WeftError, match=r"nothing is published yet\. Run `weft apply`"):
        answer(COUNT, read)


def test_the_meshs_own_facts_join_with_data(library: Library) -> None:
    sql = "SELECT t.rows AS told, count(*) AS held FROM operations.flights.departures, mesh.tables AS t WHERE t.line_name = 'operations.flights.departures@1' GROUP BY 1"
    assert rows(sql, library) == [{"told": 60, "held": 60}]


def test_an_environment_that_is_not_there_is_not_answered_for(published: Session) -> None:
    with open_session(published.settings.root, "branch") as other, pytest.raises(WeftError, match="no environment"):
        other.query(COUNT)


def test_only_the_snapshots_named_can_be_reached(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[Path] = []

    def noted(files: Sequence[Path]) -> Sequence[str]:
        reached.extend(files)
        return reaching_files(files)

    monkeypatch.setattr("weft.engine.reading.reaching_files", noted)
    rows(COUNT, library)
    assert [path.parent.name for path in reached] == ["departures@1"]


def test_snapshots_are_leased_until_the_answer_is_closed(session: Session) -> None:
    session.apply(session.plan())
    with answer("SELECT * FROM fleet.planes.plane", session.library) as found:
        session.registry.journal.sweep(before=_tomorrow())
        assert found.arrow().num_rows == 20
        assert len(_leases(session)) == 1
    assert not _leases(session)


def test_a_snapshot_swept_while_it_is_being_found_is_looked_for_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.apply(session.plan())
    monkeypatch.setattr(type(session.registry), "snapshots", _missing_once(session))
    assert len(rows("SELECT * FROM fleet.planes.plane", session.library)) == 20


def _missing_once(session: Session) -> object:
    found, calls = type(session.registry).snapshots, []

    def snapshots(self: object, ids: object) -> object:
        calls.append(ids)
        return {} if len(calls) == 1 else found(self, ids)  # type: ignore[arg-type]

    return snapshots


def _tomorrow() -> object:
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(days=1)


def _leases(session: Session) -> list[tuple[object, ...]]:
    import sqlite3

    connection = sqlite3.connect(session.settings.registry.removeprefix("sqlite:///"))
    try:
        return connection.execute("SELECT snapshot FROM leases").fetchall()
    finally:
        connection.close()


def test_texts_are_the_first_rows_and_the_count_of_all(library: Library) -> None:
    with answer("SELECT id, NULL::DATE AS day FROM operations.flights.departures ORDER BY id", library) as found:
        assert found.texts(2) == ([("0", None), ("1", None)], 60)
        assert found.columns == (("id", "BIGINT"), ("day", "DATE"))


def test_a_query_that_fails_on_data_is_nobodys_transform(library: Library) -> None:
    with (
        answer("SELECT tail::INTEGER AS n FROM fleet.planes.plane", library) as found,
        pytest.raises(EngineFault, match="Could not convert"),
    ):
        found.texts()
