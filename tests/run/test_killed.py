"""A run killed at any moment leaves every published product whole, and the next one finishes the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TRIALS = 400 if os.environ.get("WEFT_SOAK") else 25


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_a_run_killed_at_any_moment_leaves_every_product_whole(tmp_path: Path, seed: int) -> None:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.run.killed_runs",
        str(tmp_path / "mesh"),
        str(TRIALS),
        str(seed),
    ]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all whole" in done.stdout
