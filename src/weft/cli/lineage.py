"""`weft lineage`: where a table or a column comes from, and where it goes."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from weft.cli.completing import columns
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

Direction = Literal["both", "up", "down"]

app = verb()


@app.command()
def lineage(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A domain, a product, a table, or a column of one.", autocompletion=columns
        ),
    ],
    direction: Annotated[
        Direction, typer.Option("--direction", "-d", help="up is what it is made of, down what is made of it.")
    ] = "both",
    depth: Annotated[
        int | None, typer.Option("--depth", min=1, metavar="N", help="So many steps; else to the ends.")
    ] = None,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Follow a domain, product, table or column (domain.product.table.column) across products, down to the source's files.

    JSON: {"name", "nodes": [{"id", "kind": source|table|column, "name", "product", "distance", "table", "files", "called"}, ...],
    "edges": [{"source", "target", "kind": value|condition}, ...]}; distance is negative upstream
    """
    from weft.cli.render.lineage import show_lineage
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, env) as session:
        show_lineage(asked(session, "lineage", name, direction, depth), json=json)
