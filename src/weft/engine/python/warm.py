"""The one warm process of children: started with the first transform, it ends with us."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Lock

CHILD = Path(__file__).with_name("child.py")
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""All that a child sees of our environment."""
FIXED = {"TZ": "UTC", "PYTHONHASHSEED": "0"}
"""One order of sets and one clock, so that equal inputs give equal tables."""
COMMAND = (sys.executable, "-s", "-P", "-B", "-X", "utf8", str(CHILD))


class Warm:
    """Hands tasks to the warm process, and starts it where it is not there. For many threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def begin(self, task_file: Path) -> socket.socket:
        """Begins a task. The socket gives its exit status when it ends, and ends it when it is closed."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._send(task_file, theirs)
            except OSError:
                self.close()
                self._send(task_file, theirs)
        return ours

    def close(self) -> None:
        """Ends the warm process, which ends nothing that is at work."""
        with self._lock:
            if self._control:
                self._control.close()
            if self._process and self._owner == os.getpid():
                self._process.wait()
            self._control = self._process = None

    def _send(self, task_file: Path, theirs: socket.socket) -> None:
        with self._lock:
            # What was forked from us has a warm process of its own.
            if self._control is None or self._owner != os.getpid():
                self._control, self._process = _started()
                self._owner = os.getpid()
            socket.send_fds(self._control, [os.fsencode(task_file)], [theirs.fileno()])
            if not self._control.recv(1):
                raise ConnectionResetError("the warm process of Python transforms has ended")


def _started() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, theirs = socket.socketpair()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | FIXED
    with theirs:
        process = subprocess.Popen(
            [*COMMAND, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
            pass_fds=(theirs.fileno(),),
        )
    return ours, process


WARM = Warm()
atexit.register(WARM.close)
