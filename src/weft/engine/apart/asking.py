"""Asks the process apart: started when it is first needed, ended when a task takes too long, and started anew for the next."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import msgspec

from weft.engine.apart.frames import Done, Task, received, send
from weft.engine.python.warm import FIXED, KEPT
from weft.engine.seam import Built
from weft.errors import EngineFault
from weft.product.checks import CheckResult, Suite

PACKAGE = Path(__file__).parents[3]
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one suite may take. Memory is of addresses, beyond what a process has that computes nothing yet."""

    seconds: float = 10.0
    memory_bytes: int = 2**30


class Apart:
    """One process for one caller after the other; for many threads. Raises: EngineFault, where nothing was computed, and why."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_ready = False

    def start(self) -> None:
        """Has the process ready by the time it is asked: it takes a while to import what it needs."""
        with self._lock:
            if self._control is None:
                self._start()

    def check(self, suite: Suite, files: Sequence[Path], built: Built, as_of: datetime) -> tuple[CheckResult, ...]:
        """Proves a suite whose rules say their own table and no other; it has no references."""
        task = Task(suite, tuple(str(file) for file in files), built, as_of, self.limits.memory_bytes // 2)
        with self._lock:
            answer = self._answer(task)
        if answer is None or answer.failed == "memory":
            megabytes = f"{self.limits.memory_bytes / 2**20:,.0f} MiB"
            raise EngineFault(f"its process ended; it may have {megabytes} of memory", mend="Make it smaller.")
        if answer.failed:
            raise EngineFault(answer.failed)
        return answer.results

    def _answer(self, task: Task) -> Done | None:
        """None where the process ended before it answered."""
        try:
            control = self._ready()
            send(control, task)
            control.settimeout(self.limits.seconds)
            content = received(control)
        except TimeoutError as error:
            self.end()
            raise EngineFault(
                f"it took longer than the {self.limits.seconds:g} seconds that it may take", mend="Make it quicker."
            ) from error
        except OSError:
            content = None
        if content is None:
            self.end()
            return None
        return msgspec.msgpack.decode(content, type=Done)

    def _ready(self) -> socket.socket:
        """Raises: EngineFault, where the process does not start; OSError, where it was ended meanwhile."""
        control = self._control or self._start()
        if not self._is_ready:
            control.settimeout(START_SECONDS)
            if received(control) is None:
                self.end()
                raise EngineFault("the process that computes what consumers expect did not start")
            self._is_ready = True
        return control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | FIXED
        command = (sys.executable, "-s", "-P", "-B", "-X", "utf8", "-m", "weft.engine.apart.child")
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(self.limits.memory_bytes)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": str(PACKAGE)},
                cwd="/",
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        self._control, self._is_ready = ours, False
        return ours

    def end(self) -> None:
        """Ends the process, whatever it computes: whoever waits for it is told that nothing was computed."""
        process, control = self._process, self._control
        self._process = self._control = None
        if process is not None:
            process.kill()
            process.wait()
        if control is not None:
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)
            control.close()
