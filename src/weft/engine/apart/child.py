"""A process apart: does one task after the other that its socket hands it, and ends when nobody is left to answer to."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from weft.engine.apart.frames import TASKS, Bind, Prove, received, send

if TYPE_CHECKING:
    from weft.engine.apart.answering import Bound, Unbound


def serve(control: socket.socket) -> None:
    """What it imports has been imported by the stem."""
    bound: Bound | Unbound | None = None
    while message := received(control):
        match TASKS.decode(message):
            case Prove() as task:
                from weft.engine.apart.proving import proved

                send(control, proved(task))
            case Bind() as task:
                from weft.engine.apart.answering import bind

                bound = bind(task, control)
            case ask if bound is not None:
                bound.answer(ask)
