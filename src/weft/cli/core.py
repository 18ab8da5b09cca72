"""`weft core`: what a steward of core data does; each part of it in a file of its own."""

from __future__ import annotations

import typer

from weft.cli import core_deciding, core_explaining, core_review
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb(invoke_without_command=True)
PARTS = (core_review, core_deciding, core_explaining)
"""In the order of help."""


@app.callback()
def core(context: typer.Context, env: Env = PROD, json: Json = False, mesh: MeshDir = None) -> None:
    """Core data, one entity from many sources: look at the pairs of records that wait for a person, decide them, and see why two
    records are one or are not. Alone it lists what waits.

    JSON: what `weft core review` says
    """
    if context.invoked_subcommand is None:
        core_review.review(only_list=True, env=env, json=json, mesh=mesh)


for part in PARTS:
    app.registered_commands += part.app.registered_commands
