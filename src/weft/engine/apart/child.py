"""The process apart: proves one suite after the other, each on a locked DuckDB of its own that reaches the suite's files alone.

Started as `python -m weft.engine.apart.child SOCKET MEMORY`. It may take so many bytes of addresses beyond what it has once
it is ready, writes no file, and ends with whoever started it, however that ended.
"""

from __future__ import annotations

import os
import queue
import resource
import socket
import sys
import threading
from pathlib import Path

import msgspec

from weft.engine.apart.frames import Done, Task, received, send
from weft.engine.checks.proof import Proof
from weft.engine.checks.suite import prove
from weft.engine.clock import clock_macros
from weft.engine.connection import locked_connection, reaching_files
from weft.engine.stage import Stage
from weft.errors import WeftError
from weft.settings import EngineSettings

SETTINGS = EngineSettings(threads=1, memory="128MB")
WITHOUT_STATUS = 2**30
"""Addresses that a ready process is taken to have, where the system does not say."""


def main(control: socket.socket, memory: int) -> None:
    locked_connection(SETTINGS, reaching_files(()), None).close()
    limit(memory)
    tasks: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=listen, args=(control, tasks), daemon=True).start()
    send(control, Done())
    while True:
        send(control, done(msgspec.msgpack.decode(tasks.get(), type=Task)))


def listen(control: socket.socket, tasks: queue.Queue[bytes]) -> None:
    """Where nobody is left to answer to, the process ends at once, whatever it computes."""
    try:
        while message := received(control):
            tasks.put(message)
    finally:
        os._exit(0)


def limit(memory: int) -> None:
    most = addresses() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def addresses() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return WITHOUT_STATUS
    return pages * resource.getpagesize()


def done(task: Task) -> Done:
    files = [Path(file) for file in task.files]
    settings = EngineSettings(threads=1, memory=f"{task.memory}B")
    try:
        connection = locked_connection(settings, reaching_files(files), None)
        try:
            proof = Proof(task.suite, files, task.built, {}, clock_macros(task.as_of))
            return Done(prove(Stage(connection), proof))
        finally:
            connection.close()
    except MemoryError:
        return Done(failed="memory")
    except WeftError as error:
        return Done(failed=str(error))


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
