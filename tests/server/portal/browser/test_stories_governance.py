"""Governance writes a policy, tries it, publishes it, and lets one off; an auditor exports a week. By mouse, and by keyboard alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import AUDITOR, GOVERNOR, OWNER_OF, Served, crowd, served_copy
from tests.server.portal.browser.walking import Means, Walk

MEANS = get_args(Means)
TITLE = "Every table says what it is"
POLICY = f"""\
-- title: {TITLE}
-- severity: warning
-- owner: governance
SELECT product || '.' || table_name AS subject, 'nobody says what it is' AS message, 'describe it in its contract' AS mend
FROM mesh.tables
WHERE coalesce(description, '') = ''
"""
FAILS, REASON = "analytics.punctuality.by_carrier", "It is described with the next release"


@pytest.fixture(scope="module")
def governed(applied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_copy(applied, tmp_path_factory.mktemp("governance") / "flights") as served:
        crowd(served)
        yield served


@pytest.mark.parametrize("means", MEANS)
def test_governance_writes_tries_publishes_and_waives(governed: Served, walks: Walks, means: Means) -> None:
    name, until = f"tables-described-{means}", datetime.now(UTC).date() + timedelta(days=30)
    walk = walks(governed, means).open("/governance").sign_in(GOVERNOR).is_at("/governance")
    writes(walk, name)
    walk.heading(TITLE).is_at(f"/governance/policies/{name}").sees(FAILS, "nobody says what it is")
    waives(walk, name, str(until))
    owner = walks(governed, means).open(f"/governance/policies/{name}").sign_in(OWNER_OF["analytics"])
    owner.sees(REASON, re.compile("waived until")).does_not_see("Give a waiver")


def writes(walk: Walk, name: str) -> None:
    """What is not right is told, and nothing that was typed is lost."""
    walk.follow(re.compile("Policies")).follow("Write a policy")
    walk.fill("Name", name).fill("Its text", POLICY.replace("mesh.tables", "mesh.tabels"))
    walk.press("Try it").sees("It cannot be computed", re.compile("tabels"))
    walk.fill("Its text", POLICY).press("Try it").sees(re.compile(r"\d+ would fail"), FAILS)
    walk.fill("Why", "Whoever finds a table wants to know what it is").confirm("Publish", "binds the whole mesh")


def waives(walk: Walk, name: str, until: str) -> None:
    row = walk.page.get_by_role("listitem").filter(has_text=FAILS).first
    walk.follow("Waive", row).fill("Reason", REASON).fill("Until", until).press("Waive")
    walk.is_at(re.compile(f"/governance/policies/{name}")).sees(REASON, re.compile("until"))


@pytest.mark.parametrize("means", MEANS)
def test_an_auditor_exports_a_week(governed: Served, walks: Walks, tmp_path: Path, means: Means) -> None:
    today = datetime.now(UTC).date()
    walk = walks(governed, means).open("/governance").sign_in(AUDITOR)
    walk.follow("Audit").heading("Audit").fill("From", str(today - timedelta(days=6))).fill("To", str(today))
    walk.press("Search").sees("Records")
    records = is_proved(walk.download("Export with its proof", tmp_path), tmp_path / "opened")
    assert AUDITOR in {one["who"] for one in records}
    assert {one["at"][:10] for one in records} <= {str(today - timedelta(days=back)) for back in range(7)}


def is_proved(export: Path, folder: Path) -> list[dict[str, Any]]:
    """Its records; checked with nothing but Python, as a regulator has it, and refused as soon as one word of them is another."""
    with zipfile.ZipFile(export) as held:
        held.extractall(folder)
    program, rows = next(folder.rglob("check_export.py")), next(folder.rglob("records.jsonl"))
    told = rows.read_text()
    assert "it holds" in checked(program, 0)
    rows.write_text(told.replace(AUDITOR, GOVERNOR))
    checked(program, 1)
    return [json.loads(line) for line in told.splitlines()]


def checked(program: Path, status: int) -> str:
    done = subprocess.run(
        [sys.executable, "-I", program], check=False, cwd=program.parent, capture_output=True, text=True
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout
