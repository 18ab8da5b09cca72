"""Policies are computed one by one in one locked DuckDB, and none that fails spoils another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.product.policy import Outcome, Policy
from weft.query.policies import computing, conformance
from weft.query.policies.computing import outcomes, readable
from weft.registry.facts import RELATIONS
from weft.session import open_session
from weft.workspace.policies import Written

HEADER = "-- title: x\n-- owner: gina\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_mesh(tmp_path_factory.mktemp("policies") / "mesh", *planes_and_departures(5))
    with open_session(made) as session:
        assert session.apply(session.plan()).succeeded
    return made


@pytest.fixture(params=[False, True], ids=["here", "apart"], autouse=True)
def is_apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test in this process, and as a server computes policies."""
    monkeypatch.setattr(f"{__name__}.APART", request.param)


APART = False


def found(root: Path, *policies: Policy) -> tuple[Outcome, ...]:
    ready, refused = readable(policies, RELATIONS)
    with open_session(root) as session:
        names = {relation for one in ready for relation in one.relations}
        facts = session.registry.rules.facts(names, "prod")
        return (*refused, *outcomes(ready, facts, replace(session.settings.engine, is_apart=APART)))


def policy(sql: str, name: str = "tried", **parameters: int | str) -> Policy:
    return Policy(name, "x", "gina", HEADER + sql, parameters=parameters)


def fault(root: Path, sql: str) -> str:
    (one,) = found(root, policy(sql))
    assert one.fault
    return f"{one.fault.place}: {one.fault.message}"


def test_a_policy_reads_its_parameters_as_a_table_of_one_row(root: Path) -> None:
    sql = "SELECT p.product AS subject, word || p.transforms AS message FROM mesh.products p, parameters WHERE p.transforms < most"
    (one,) = found(root, policy(sql, most=5, word="few: "))
    assert [row.message for row in one.found] == ["few: 1", "few: 1", "few: 1"]


def test_each_policy_has_parameters_of_its_own(root: Path) -> None:
    sql = "SELECT 'fleet' AS subject, word AS message FROM parameters"
    ones = found(root, policy(sql, "a", word="x"), policy(sql, "b", word="y"))
    assert [one.found[0].message for one in ones] == ["x", "y"]


def test_a_policy_that_fails_spoils_no_other(root: Path) -> None:
    good = policy("SELECT 'fleet' AS subject, 'm' AS message, NULL AS mend", "good")
    bad = policy("SELECT 'fleet' AS subject, error('it is bad') AS message", "bad")
    worse = policy("SELECT 'fleet' AS subject, CAST('x' AS INTEGER)::VARCHAR AS message", "worse")
    by_name = {one.policy.name: one for one in found(root, bad, worse, good)}
    assert (by_name["good"].found[0].mend, by_name["good"].fault) == ("", None)
    assert by_name["bad"].fault
    assert by_name["worse"].fault


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM mesh.products", "DELETE is no query"),
        ("SELECT * FROM read_csv('/etc/passwd')", "read_csv"),
        ("SELECT 1 AS subject, 2 AS message FROM fleet.planes.plane", "a policy cannot read 'fleet.planes.plane'"),
        ("SELECT subject, message FROM mesh.violations", "a policy cannot read 'mesh.violations'"),
        ("SELECT who AS subject, sql_text AS message FROM mesh.reads", "a policy cannot read 'mesh.reads'"),
        ("SELECT who AS subject, what AS message FROM mesh.audit", "a policy cannot read 'mesh.audit'"),
        ("SELECT 1 AS subject, 2 AS message FROM mesh.product", "a policy cannot read 'mesh.product'"),
        ("SELECT 1 AS subject, days AS message FROM parameters", "a policy cannot read 'parameters'"),
        ("SELECT 1 AS subject", "it returns no column 'message'"),
        ("SELECT NULL AS subject, 'm' AS message", "it returns a row without a subject"),
        ("SELECT 1 AS subject, 2 AS message, 3 AS more", "it returns a column 'more'"),
    ],
)
def test_what_is_no_policy_is_a_fault_of_it(root: Path, sql: str, told: str) -> None:
    said = fault(root, sql)
    assert "policy tried cannot be computed: " in said
    assert told in said


def test_a_row_without_a_message_says_what_the_policy_asks_for(root: Path) -> None:
    (one,) = found(root, policy("SELECT 'fleet' AS subject, NULL AS message"))
    assert one.found[0].message == "x"


def test_a_policy_that_takes_too_long_is_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "SECONDS", 0.3)
    bomb = policy(
        "SELECT 'fleet' AS subject, sum(a.range * b.range) AS message FROM range(10000000) a, range(1000000) b"
    )
    after = policy("SELECT 'fleet' AS subject, 'm' AS message", "after")
    (stopped, one) = found(root, bomb, after)
    assert stopped.fault
    assert "it took longer than" in stopped.fault.message
    assert one.found


@pytest.mark.parametrize("is_apart", [True], indirect=True)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'x' AS subject, length(repeat('x', 4000000000))::VARCHAR AS message",
        "SELECT 'x' AS subject, levenshtein(repeat('a', 300000), repeat('b', 300000))::VARCHAR AS message",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT 'x' AS subject, max(n)::VARCHAR AS message FROM r",
    ],
)
def test_what_no_interrupt_stops_ends_with_its_process(root: Path, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    monkeypatch.setattr(computing, "SECONDS", 0.5)
    after = policy("SELECT 'fleet' AS subject, 'm' AS message", "after")
    (stopped, one) = found(root, policy(sql), after)
    assert stopped.fault
    assert one.found


def test_a_name_of_a_policys_own_takes_the_place_of_none_of_ours(root: Path) -> None:
    sql = "WITH m_products AS (SELECT 1), m0 AS (SELECT 2) SELECT product AS subject, 'm' AS message FROM mesh.products"
    (one,) = found(root, policy(sql))
    assert len(one.found) == 3


def test_what_checks_measured_is_kept_from_what_everybody_is_told(root: Path) -> None:
    sql = "SELECT line_name AS subject, coalesce(measured_text, 'nothing') || outcome AS message FROM mesh.checks"
    with open_session(root) as session:
        told = conformance(session, bound=Written((policy(sql),))).violations
    assert {one.found.message for one in told} == {"nothingpassed"}
