"""`weft promote`: what an environment changed becomes what prod points at."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import overlays
from weft.cli.options import Because, Force, Json, MeshDir, Resume, verb

app = verb()


@app.command()
def promote(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The environment.", autocompletion=overlays)],
    resume: Resume = None,
    force: Force = False,
    because: Because = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Point prod at what an environment built and proved, in one transaction; nothing is built. Refused where prod moved on meanwhile,
    where a line goes that somebody still reads, and where a version claims too little for the consumers that there are by now.

    JSON: {"environment", "run", "products": [{"product", "revision", "lines": those that point elsewhere now, "gone"}, ...], "seconds",
    "untold": [who could not be told, and why, ...], "warnings": [fault, ...]: what policies say of it}
    """
    from weft.cli.render.environments import show_promoted
    from weft.session import open_session
    from weft.session.planned import reason
    from weft.session.promoting import promote as promoted

    with open_session(mesh) as session:
        reason(force, because)
        show_promoted(promoted(session, name, resume or (), because, force=force), json=json)
