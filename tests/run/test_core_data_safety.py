"""Core data whose making is broken off: what was published stays whole, ids stay, and the next apply finishes the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.core_meshes import CORE, CRM, write_people
from tests.run.started import applying

from weft.session import open_session

PATIENCE_SECONDS = 60
WEIGHING = CORE.replace(
    "comparisons: {}", "comparisons: {last_name: name, first_name: given_name}\nblocking: [[state]]"
)


def wait_for_matching(root: Path, process: subprocess.Popen[str]) -> None:
    """Until the folder is there into which core data is made."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not list(root.glob(".weft/**/people.person.core")):
        assert process.poll() is None and time.monotonic() < until, "nothing was matched"
        time.sleep(0.005)


def apply(root: Path) -> None:
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded


def ids(root: Path) -> dict[str, str]:
    sql = "SELECT source || ':' || source_id AS record, person_id FROM people.person.person_crosswalk"
    with open_session(root) as session, session.query(sql) as answer:
        return {row["record"]: row["person_id"] for row in answer.objects()}


def name(number: int) -> str:
    """A name of its own: digits are no part of one."""
    return "Q" + str(number).translate(str.maketrans("0123456789", "abcdefghij"))


def many(count: int) -> str:
    """People of one state, so that all of them are compared with each other."""
    lines = (f"m{n},{name(n % 997)},{name(n % 1009)},Boston,MA,\n" for n in range(count))
    return CRM.splitlines()[0] + "\n" + "".join(lines)


@pytest.mark.parametrize("later_seconds", [0.0, 0.3])
def test_a_making_that_is_killed_leaves_what_was_published(tmp_path: Path, later_seconds: float) -> None:
    folder = write_people(tmp_path)
    apply(tmp_path)
    before = ids(tmp_path)
    (folder / "crm.csv").write_text(CRM + "".join(f"n{n},{name(n)},Nan,Denver,CO,\n" for n in range(2000)))
    with applying(tmp_path) as process:
        wait_for_matching(tmp_path, process)
        time.sleep(later_seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert len(ids(tmp_path)) in (len(before), len(before) + 2000)
    apply(tmp_path)
    after = ids(tmp_path)
    assert len(after) == len(before) + 2000
    assert {record: after[record] for record in before} == before


def test_ctrl_c_ends_a_matching_at_once(tmp_path: Path) -> None:
    folder = write_people(tmp_path, WEIGHING)
    (folder / "crm.csv").write_text(many(40_000))
    with applying(tmp_path) as process:
        wait_for_matching(tmp_path, process)
        time.sleep(2)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert time.monotonic() - began < 10
    assert not list(tmp_path.glob(".weft/**/people.person.core"))


def test_what_cannot_be_matched_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_people(tmp_path, WEIGHING)
    monkeypatch.setitem(sys.modules, "splink", None)
    with open_session(tmp_path) as session:
        [report] = session.apply(session.plan()).products
    assert report.state == "failed"
    assert "core.yaml" in report.message and "pip install 'weft[core-data]'" in report.message


def test_nothing_but_the_making_needs_splink(tmp_path: Path) -> None:
    write_people(tmp_path, WEIGHING)
    script = (
        "import sys; sys.modules['splink'] = None\n"
        "from weft.session import open_session\n"
        f"with open_session({str(tmp_path)!r}) as session:\n"
        "    assert session.check() == ()\n"
        "    assert session.plan().plan.work\n"
        "assert not any(name.startswith('weft.core_data') for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
