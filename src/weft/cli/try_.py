"""`weft try`: a transform as it stands on disk, over what is published."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command(name="try")
def try_(
    name: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN.PRODUCT.TABLE",
            help="A table or an internal step; @line for a line of its own.",
            autocompletion=tables,
        ),
    ],
    rows: Annotated[int, typer.Option("--rows", "-n", min=0, metavar="N", help="How many rows to show.")] = 20,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Run a transform as it stands on disk, and show its rows, types, checks and time. Nothing is published.

    JSON: {"name", "columns": [{"name", "type"}, ...], "rows": [{column: value}, ...], "row_count", "checks": [check, ...], "seconds"}
    """
    from weft.cli.render.trial import show_trial
    from weft.session import open_session

    with open_session(mesh, env) as session:
        show_trial(session.try_(name, rows), json=json)
