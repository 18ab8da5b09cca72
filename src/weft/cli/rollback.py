"""`weft rollback`: a product's tables back to where they stood."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import products
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def rollback(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT", help="The product.", autocompletion=products)],
    to: Annotated[
        str,
        typer.Option("--to", metavar="RUN|REVISION", help="Where to; else the last time its tables stood elsewhere."),
    ] = "",
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why, for all who read the product.")] = "",
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Point all tables of a product back to where they stood, in one transaction, and hold them there: no apply moves the product on
    until `weft apply --resume DOMAIN.PRODUCT`. Tables that were built on what is withdrawn are marked until they are built anew.

    JSON: {"product", "environment", "run", "revision", "to": {"revision", "run", "who", "published_at"}, "withdrawn": [line, ...],
    "dependants": {line: the withdrawn line behind it}, "seconds", "untold": [who could not be told, and why, ...]}
    """
    from weft.cli.render.rollback import show_rolled_back
    from weft.session import open_session
    from weft.session.rolling_back import roll_back

    with open_session(mesh, env) as session:
        show_rolled_back(roll_back(session, name, to, because), json=json)
