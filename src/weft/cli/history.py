"""`weft history`: runs and publishes, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def history(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A domain, a product or a table; all where none is named.", autocompletion=tables
        ),
    ] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many runs.")] = 10,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """List runs and what they published, newest first.

    JSON: {"environment", "runs": [{"run", "command", "who", "state", "started_at", "ended_at", "seconds", "message",
    "products": [{"product", "state", "revision", "published_at", "changed", "removed", "tables", "message"}, ...],
    "not_held": [check, ...], "events": [{"happened_at", "product", "line", "kind", "message", "who"}, ...]}, ...]}
    """
    from weft.cli.render.history import show_history
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, env) as session:
        show_history(asked(session, "history", name or None, limit), env, json=json)
