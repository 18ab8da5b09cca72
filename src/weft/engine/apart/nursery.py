"""Has processes apart when they are asked for, and ends them: the caller's side of the stem."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from weft.engine.apart.orders import NUMBER, ORDER
from weft.engine.python.warm import FIXED, KEPT
from weft.errors import EngineFault

PACKAGE = Path(__file__).parents[3]
START_SECONDS = 60.0
BUFFER_BYTES = 2**20
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""A process that others are forked from has one thread: libraries that start some of their own at import are asked not to."""
SUITES = ("weft.engine.apart.proving",)
QUESTIONS = (*SUITES, "weft.engine.apart.answering", "pyarrow.csv")


@dataclass(frozen=True, slots=True)
class Child:
    """One process apart, and the socket that speaks with it."""

    number: int
    control: socket.socket


class Nursery:
    """For many threads. The stem is started when it is first needed, and anew where it ended."""

    def __init__(self, modules: Sequence[str], *, path: Sequence[Path] = ()) -> None:
        """`modules` are what the stem imports, from Weft and from the folders in `path`."""
        self._modules, self._path = modules, os.pathsep.join(map(str, (PACKAGE, *path)))
        self._lock = Lock()
        self._stem: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_ready = False

    def start(self) -> None:
        """Has the stem import what it needs, by the time that the first child is asked for."""
        with self._lock:
            if self._control is None:
                self._start()

    def child(self) -> Child:
        """A new process, ready for its first task. Raises: EngineFault, where the system gives none."""
        try:
            return self._forked()
        except OSError:
            self.close()
        try:
            return self._forked()
        except OSError as error:
            raise EngineFault(
                f"no process could be started to compute in: {error}",
                mend="See that the machine has memory and processes left.",
            ) from error

    def end(self, child: Child) -> None:
        """Ends a process, whatever it computes: whoever waits for its answer reads the end of its socket."""
        with suppress(ProcessLookupError):
            os.kill(child.number, signal.SIGKILL)
        with suppress(OSError):
            child.control.shutdown(socket.SHUT_RDWR)
        child.control.close()
        # Until it is reaped its number is given to nobody else, so that we never end a stranger.
        with self._lock, suppress(OSError):
            if self._control:
                self._control.sendall(ORDER.pack(b"r", child.number))

    def close(self) -> None:
        """Ends the stem, and with it every child."""
        with self._lock:
            stem, control = self._stem, self._control
            self._stem = self._control = None
        if control is not None:
            control.close()
        if stem is not None:
            try:
                stem.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                stem.kill()
                stem.wait()

    def _forked(self) -> Child:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        with theirs, self._lock:
            control = self._ready()
            socket.send_fds(control, [ORDER.pack(b"f", 0)], [theirs.fileno()])
            answer = control.recv(NUMBER.size)
        if not answer:
            ours.close()
            raise ConnectionResetError("the process that others are forked from has ended")
        return Child(NUMBER.unpack(answer)[0], ours)

    def _ready(self) -> socket.socket:
        control = self._control or self._start()
        if not self._is_ready:
            control.settimeout(START_SECONDS)
            if not control.recv(NUMBER.size):
                raise ConnectionResetError("the process that others are forked from did not start")
            self._is_ready = True
        return control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | FIXED | QUIET
        command = (sys.executable, "-s", "-P", "-B", "-X", "utf8", "-m", "weft.engine.apart.stem")
        with theirs:
            self._stem = subprocess.Popen(
                [*command, str(theirs.fileno()), *self._modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": self._path},
                cwd="/",
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        self._control, self._is_ready = ours, False
        return ours
