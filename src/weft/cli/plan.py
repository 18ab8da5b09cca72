"""`weft plan`: what applying would do, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.options import Env, Full, Json, MeshDir, Select, verb
from weft.names import PROD

app = verb()


@app.command()
def plan(
    select: Select = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Keep it, for `weft apply --plan FILE`.")
    ] = None,
    full: Full = False,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Show what applying would do, and why. Nothing is written.

    JSON: {"environment", "as_of", "revision", "is_empty", "warnings": [fault, ...], "products": [{"product", "reasons",
    "reads", "steps": [{"line", "action": build|reuse|check|nothing|remove, "reasons", "fingerprint", "parts", "checks",
    "snapshot", "expects"}, ...]}, ...]}
    """
    from weft.cli.render.plan import show_plan
    from weft.session import Choice, open_session

    with open_session(mesh, env) as session:
        planned = session.plan(Choice(tuple(select or ()), full))
        if output:
            from weft.session.saved import save_plan

            save_plan(planned.plan, output)
        show_plan(planned, output, json=json)
