"""`weft access`: who may read what; each part of it in a file of its own."""

from __future__ import annotations

import typer

from weft.cli import (
    access_agreements,
    access_classified,
    access_explaining,
    access_people,
    access_proposals,
    access_tokens,
)
from weft.cli.options import Json, MeshDir, verb

app = verb(invoke_without_command=True)
PARTS = (access_agreements, access_proposals, access_explaining, access_classified, access_people, access_tokens)
"""In the order of help."""


@app.callback()
def access(context: typer.Context, json: Json = False, mesh: MeshDir = None) -> None:
    """Ask to read what a port promises, decide who may and until when, and say what somebody sees and why; invite people, and give roles and
    tokens. Alone it lists agreements and proposals.

    JSON: what `weft access list` says
    """
    if context.invoked_subcommand is None:
        access_agreements.every(json=json, mesh=mesh)


for part in PARTS:
    app.registered_commands += part.app.registered_commands
