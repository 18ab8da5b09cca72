"""The standard set, each policy by data: a mesh that passes it, and meshes that do not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from weft.product.policy import Policy
from weft.session import open_session
from weft.session.policies import everything, shipped
from weft.settings import StandardPolicy
from weft.standards.document import read
from weft.workspace.policies import standard_names, turned_on

MESH = Path(__file__).parent / "governed_mesh"
DATA = Path(__file__).parent / "standard_policies.yaml"
CASES: list[dict[str, Any]] = read(DATA.read_text(), DATA.name).data  # type: ignore[assignment]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("governed") / "mesh"
    shutil.copytree(MESH, root)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    return root


def chosen(case: dict[str, Any]) -> Policy:
    policy, faults = turned_on(StandardPolicy(case["policy"], case.get("with") or {}))
    assert faults == ()
    assert policy is not None
    return policy


def test_a_mesh_can_pass_the_whole_set(applied: Path) -> None:
    with open_session(applied) as session:
        found = everything(session, shipped())
    assert [(one.policy.name, one.subject, one.found.message) for one in found.violations] == []
    assert (found.faults, found.spoilt) == ((), ())


@pytest.mark.parametrize("case", CASES, ids=[f"{case['policy']}-{n}" for n, case in enumerate(CASES)])
def test_a_standard_policy_finds_what_it_is_for(applied: Path, tmp_path: Path, case: dict[str, Any]) -> None:
    root = tmp_path / "mesh"
    shutil.copytree(applied, root)
    if "file" in case:
        file = root / case["file"]
        text = file.read_text()
        assert case["old"] in text
        file.write_text(text.replace(case["old"], case["new"], 1))
    with open_session(root) as session:
        found = everything(session, [chosen(case)])
    assert {one.subject: one.found.message for one in found.violations} == case["finds"]
    assert all(one.found.mend for one in found.violations)
    assert (found.faults, found.spoilt) == ((), ())


def test_every_policy_of_the_set_is_seen_to_fail() -> None:
    assert {case["policy"] for case in CASES if case["finds"]} == {*standard_names()}


def test_a_line_too_many_is_told_with_the_line_to_retire(applied: Path) -> None:
    case = next(case for case in CASES if case["policy"] == "two-live-majors")
    with open_session(applied) as session:
        first = everything(session, [chosen(case)]).violations[0]
    assert first.found.mend.startswith("Retire line 1: deprecate it")


def test_what_a_written_column_would_inherit_is_known_before_it_is_applied(tmp_path: Path) -> None:
    root = tmp_path / "mesh"
    shutil.copytree(MESH, root)
    folder = root / "domains/shop/totals"
    (folder / "transforms/totals.sql").write_text(
        "SELECT CAST(ordered_at AS DATE) AS day, count(*) AS orders, max(email) AS last FROM orders GROUP BY ALL"
    )
    contract = folder / "contracts/totals.odcs.yaml"
    added = "      - {name: last, description: Who came last., logicalType: string}\nslaProperties:"
    contract.write_text(contract.read_text().replace("slaProperties:", added))
    (root / "policies" / "inherited.sql").write_text(
        "-- title: x\n-- owner: y\nSELECT line_name || '.' || column_name AS subject, mask || ' of ' || inherited_from AS message\n"
        "FROM mesh.classifications WHERE is_inherited"
    )
    with open_session(root) as session:
        (found,) = [fault for fault in session.check() if "policy inherited" in fault.message]
    assert found.message == "policy inherited: hash of shop.orders.orders@1.email"
    assert found.place.file == "domains/shop/totals/contracts/totals.odcs.yaml"
