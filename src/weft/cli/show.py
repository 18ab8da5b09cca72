"""`weft show`: a domain, a product or a table by its five interfaces."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import As, Env, Json, MeshDir, verb
from weft.names import MESH_DOMAIN, PROD

app = verb()


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A domain, a product or a table; the mesh where none is named.",
            autocompletion=tables,
        ),
    ] = "",
    env: Env = PROD,
    as_: As = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Describe a domain, a product or a table: the data, where it is, what it is for, how it is made, and who answers for it.

    JSON: {"kind": domain|product|table, "name", "data", "where", "what", "how", "who"} (a domain has "parent" and "children");
    without a name {"kind": "mesh", "name", "environment", "domains": [{"domain", "description", "team",
    "products": [{"product", "title", "status", "purpose", "published_at"}, ...]}, ...]};
    of mesh and mesh.NAME, the mesh's own metadata, {"kind": "relations", "relations": [{"name", "description", "key",
    "columns": [{"name", "type", "description"}, ...]}, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.show import show_overview, show_page
    from weft.cli.render.show_mesh import show_relations
    from weft.session import open_session
    from weft.session.questions import asked

    if name == MESH_DOMAIN or name.startswith(f"{MESH_DOMAIN}."):
        show_relations(name.removeprefix(MESH_DOMAIN).removeprefix("."), json=json)
        return
    with open_session(mesh, env, Reader(as_)) as session:
        if name:
            show_page(asked(session, "show", name).page, json=json)
        else:
            show_overview(asked(session, "overview"), json=json)
