"""A question is written down, and whoever asked is told what comes to its end; neither is ever in the way of the answer."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.meshes import claimed, planes_and_departures, write_mesh

from weft.errors import EngineFault
from weft.session import Session, open_session

PLANE = "SELECT tail FROM fleet.planes.plane WHERE seats > 60"
BOTH = """
    WITH fleet AS (SELECT * FROM fleet.planes.plane)
    SELECT d.id, count(*) FROM operations.flights.departures d JOIN fleet USING (tail) GROUP BY ALL ORDER BY d.id
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    root = write_mesh(tmp_path / "mesh", *planes_and_departures(), settings="busy_seconds: 0.05\n")
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        yield session


def reads(session: Session) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = session.registry.journal.facts("reads", session.environment).to_pylist()
    return found


def asked(session: Session, sql: str, door: str = "query") -> tuple[str, ...]:
    with session.query(sql, door) as answer:
        assert answer.arrow().num_rows > 0
        return answer.notices


def test_a_question_is_written_down_with_the_columns_that_it_reads(session: Session) -> None:
    assert asked(session, BOTH, "python") == ()
    assert [(row["line_name"], row["columns"], row["door"], row["times"]) for row in reads(session)] == [
        ("fleet.planes.plane@1", ["tail"], "python", 1),
        ("operations.flights.departures@1", ["id", "tail"], "python", 1),
    ]


def test_asking_again_counts(session: Session) -> None:
    for _ in range(3):
        asked(session, PLANE)
    (row,) = reads(session)
    assert (row["columns"], row["times"], row["sql_text"]) == (["tail", "seats"], 3, PLANE)


def test_what_is_asked_of_the_meshs_own_metadata_or_refused_is_not_written_down(session: Session) -> None:
    asked(session, "SELECT * FROM mesh.products")
    with pytest.raises(EngineFault):
        session.query("SELECT wings FROM fleet.planes.plane")
    asked(session, PLANE, "")
    assert reads(session) == []


def test_an_environment_has_reads_of_its_own(session: Session) -> None:
    with open_session(session.settings.root, "dev") as dev:
        dev.apply(dev.plan())
        asked(dev, PLANE)
        assert [row["environment"] for row in reads(dev)] == ["dev"]
    assert reads(session) == []


def test_a_mesh_that_keeps_no_log_writes_nothing_down(session: Session) -> None:
    root = session.settings.root
    (root / "mesh.yaml").write_text("name: test\nquery_log: {days: 0}\n")
    with open_session(root) as other:
        assert asked(other, PLANE) == ()
        assert reads(other) == []


def test_a_locked_registry_is_told_and_the_answer_comes(session: Session) -> None:
    path = session.settings.registry.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as locker:
        locker.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        (notice,) = asked(session, PLANE)
        assert time.monotonic() - began < 2
        locker.execute("ROLLBACK")
    assert notice.startswith("this read is not in the query log: the registry")
    assert reads(session) == []


def test_a_registry_that_may_not_be_written_is_told_and_the_answer_comes(session: Session) -> None:
    path = session.settings.registry.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as owner:
        for table in ("reads", "leases"):
            owner.execute(
                f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'readonly'); END"
            )
        owner.commit()
    (notice,) = asked(session, PLANE)
    assert "readonly" in notice


def test_a_registry_in_postgresql_that_only_reads_is_told_and_the_answer_comes(
    tmp_path: Path, postgres_url: str
) -> None:
    import psycopg

    settings = f"registry: {postgres_url}\nbusy_seconds: 1\n"
    root = write_mesh(tmp_path / "mesh", *planes_and_departures(), settings=settings)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
        asked(session, PLANE)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        name = postgres_url.rpartition("/")[2]
        owner.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
    with open_session(root) as session:
        (notice,) = asked(session, PLANE)
        assert "read-only transaction" in notice
        assert [row["times"] for row in reads(session)] == [1]


def test_who_reads_a_deprecated_line_is_told_until_when(session: Session) -> None:
    contract = session.settings.root / "domains/fleet/planes/contracts/planes.odcs.yaml"
    text = contract.read_text().replace("status: active", "status: deprecated")
    contract.write_text(f"{text}slaProperties:\n  - {{property: endOfSupport, value: '2027-06-30'}}\n")
    session.refresh()
    assert session.apply(claimed(session)).succeeded
    assert asked(session, PLANE) == (
        "fleet.planes.plane@1 is deprecated: supported until 2027-06-30. "
        "No other line of it is there: ask its domain what takes its place.",
    )
