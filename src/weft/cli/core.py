"""`weft core`: what a steward of core data does; each part of it in a file of its own."""

from __future__ import annotations

from weft.cli import core_deciding, core_explaining, core_review
from weft.cli.options import verb

app = verb()
PARTS = (core_review, core_deciding, core_explaining)
"""In the order of help."""


@app.callback()
def core() -> None:
    """Core data: one entity from many sources. Look at the pairs of records that wait for a person, decide them, and see why two
    records are one or are not.
    """


for part in PARTS:
    app.registered_commands += part.app.registered_commands
