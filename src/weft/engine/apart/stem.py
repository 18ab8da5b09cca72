"""The process that others are forked from: it has imported what they need, computes nothing, and ends them when its caller ends.

Started as `python -m weft.engine.apart.stem SOCKET MODULE...`. A forked process is there in ten milliseconds, an imported one in three hundred.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys

from weft.engine.apart import walls
from weft.engine.apart.child import serve
from weft.engine.apart.orders import NUMBER, ORDER


def main(control: socket.socket, modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    walls.confine()
    gc.collect()
    gc.freeze()
    children: set[int] = set()
    control.sendall(NUMBER.pack(os.getpid()))
    while order := _order(control):
        kind, number, given = order
        if kind == b"f":
            with socket.socket(fileno=given[0]) as theirs:
                children.add(child := _forked(theirs, control))
            control.sendall(NUMBER.pack(child))
        elif number in children:
            children.discard(number)
            os.waitpid(number, 0)
    for child in children:
        os.kill(child, signal.SIGKILL)
    # What was imported needs no farewell.
    os._exit(0)


def _order(control: socket.socket) -> tuple[bytes, int, list[int]] | None:
    content, given, _, _ = socket.recv_fds(control, ORDER.size, 1)
    return (*ORDER.unpack(content), given) if content else None


def _forked(theirs: socket.socket, control: socket.socket) -> int:
    child = os.fork()
    if child:
        return child
    try:
        control.close()
        walls.leave()
        serve(theirs)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
