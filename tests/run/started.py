"""An apply in a process of its own, for tests that break it off while it works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def applying(root: Path) -> Iterator[subprocess.Popen[str]]:
    """`weft apply` in a process group of its own, as a terminal would have it."""
    command = [sys.executable, "-W", "ignore", "-m", "weft", "apply", "--mesh", str(root)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
