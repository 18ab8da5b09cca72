"""A full disk stops an apply with a word on what to do; what is published stays whole, and the next apply finishes the work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ALONE = ("unshare", "--mount") if Path("/proc/self/uid_map").exists() else ()
"""In a view of the file systems of its own: what is mounted there ends with the program."""


def may_mount() -> bool:
    command = (*ALONE, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    try:
        return bool(ALONE) and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


KINDS = ("limit", "tmpfs") if may_mount() else ("limit",)
"""Where no small disk can be mounted, a limit on files stands for it."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["store", "registry"])
def test_a_full_disk_changes_nothing_and_the_next_apply_finishes(tmp_path: Path, where: str, kind: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.run.full_disks", str(tmp_path / "mesh"), where, kind]
    if kind == "tmpfs":
        command = [*ALONE, *command]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "whole\n"
