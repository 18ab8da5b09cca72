"""The command line: one verb a file, each a thin door that reads, calls one function and shows what came back."""

from __future__ import annotations

YOUNG = 400_000
"""Objects made before Python looks for circles among them: a mesh is many objects that stay, and looking costs a tenth of a plan."""


def main() -> None:
    """What the program `weft` runs."""
    import gc
    import os
    import sys

    from weft.cli.app import app
    from weft.cli.render.terminal import disarm, forgive

    gc.set_threshold(YOUNG, 50, 100)
    forgive()
    disarm()
    try:
        app(prog_name="weft")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    else:
        status = 0
    # Nothing is open by now, and taking the interpreter apart costs 0.1 s at a thousand products.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            status = status or 1
    os._exit(status)
