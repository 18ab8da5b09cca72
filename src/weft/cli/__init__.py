"""The command line: one verb a file, each a thin door that reads, calls one function and shows what came back."""

from __future__ import annotations


def main() -> None:
    """What the program `weft` runs."""
    from weft.cli.app import app
    from weft.cli.render.terminal import forgive

    forgive()
    app(prog_name="weft")
