"""Ctrl-C ends an apply at once, whatever runs: the run is recorded as cancelled, and nothing of it is left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.meshes import A, Made, write_mesh
from tests.run.started import applying

from weft.session import open_session

PATIENCE_SECONDS = 30
"""Far more than any of this takes, and far less than the work that is interrupted would."""
ENDLESS = "SELECT sum(a.range * b.range % 7)::BIGINT AS n FROM range(30000000) a, range(30000000) b"
SLEEPING = """
    import os, subprocess, sys, time

    def slow():
        print("is at work", flush=True)
        helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open({fifo!r}, "w") as file:
            file.write(f"{{os.getpid()}} {{helper.pid}}")
        time.sleep(600)
"""


def interrupted(process: subprocess.Popen[str]) -> str:
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1, said
    return said


def facts(root: Path, relation: str) -> list[dict[str, Any]]:
    with open_session(root) as session:
        found: list[dict[str, Any]] = session.registry.journal.facts(relation).to_pylist()
        return found


def left_in_store(root: Path) -> list[Path]:
    return [path for path in (root / ".weft/store").rglob("*") if path.is_file()]


def said_by(process: subprocess.Popen[str], words: str) -> None:
    """Waits until the process has said this."""
    assert process.stdout is not None
    heard = ""
    while words not in heard:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
        line = process.stdout.readline() if ready else ""
        assert line, f"it never said {words!r}: {heard}"
        heard += line


def told_to(fifo: Path) -> str:
    descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert select.select([descriptor], [], [], PATIENCE_SECONDS)[0], "nobody told anything"
        return os.read(descriptor, 4096).decode()
    finally:
        os.close(descriptor)


def test_ctrl_c_ends_slow_sql(tmp_path: Path) -> None:
    """Two products are computed when it comes, a third is done and stays done."""
    root = write_mesh(
        tmp_path / "mesh",
        A("base.done", [Made("done", {"n": "integer"}, "SELECT 1 AS n")]),
        *(A(f"late.slow{n}", [Made(f"slow{n}", {"n": "integer"}, ENDLESS)], reads=["base.done.done"]) for n in (1, 2)),
        settings="engine: {threads: 2}",
    )
    with applying(root) as process:
        said_by(process, "base.done.done@1")
        said = interrupted(process)
    assert "interrupted" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert [(run["state"], run["message"]) for run in facts(root, "runs")] == [("cancelled", "interrupted")]
    assert {line["line_name"] for line in facts(root, "steps") if line["state"] == "done"} == {"base.done.done@1"}
    with open_session(root) as session:
        assert len(left_in_store(root)) == len(session.recorded.pointers) == 1


def test_ctrl_c_ends_python_and_all_that_it_started(tmp_path: Path) -> None:
    fifo = tmp_path / "told"
    os.mkfifo(fifo)
    files = {"transforms/slow.py": SLEEPING.format(fifo=str(fifo))}
    product = A("base.slow", [Made("slow", {"n": "integer"}, "")], files=files)
    root = write_mesh(tmp_path / "mesh", product)
    (root / "domains/base/slow/transforms/slow.sql").unlink()
    with applying(root) as process:
        pids = [int(pid) for pid in told_to(fifo).split()]
        interrupted(process)
    assert [run["state"] for run in facts(root, "runs")] == ["cancelled"]
    (step,) = facts(root, "steps")
    assert step["state"] == "skipped"
    assert step["message"].splitlines() == ["the run was interrupted", "is at work"]
    assert left_in_store(root) == []
    assert not list((root / ".weft/store/.scratch").iterdir())
    assert [pid for pid in pids if is_running(pid)] == []


def is_running(pid: int) -> bool:
    """A process that has ended and that nobody has waited for is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_the_next_apply_finishes_what_was_interrupted(tmp_path: Path) -> None:
    done = A("base.done", [Made("done", {"n": "integer"}, "SELECT 1 AS n")])
    root = write_mesh(tmp_path / "mesh", done, A("base.slow", [Made("slow", {"n": "integer"}, ENDLESS)]))
    with applying(root) as process:
        said_by(process, "base.done.done@1")
        interrupted(process)
    (root / "domains/base/slow/transforms/slow.sql").write_text("SELECT 2 AS n")
    with open_session(root) as session:
        report = session.apply(session.plan())
        assert [product.product for product in report.products] == ["base.slow"]
        assert report.succeeded
        assert session.plan().plan.is_empty
