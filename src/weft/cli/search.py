"""`weft search`: products, tables and columns, found by words."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="All of them must be found; typing errors are forgiven.")
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many.")] = 20,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Find domains, products, tables and columns by their names, titles, tags, people and descriptions.

    JSON: {"words", "hits": [{"kind": domain|product|table|column, "name", "title", "description", "score", "matched"}, ...]}
    """
    from weft.cli.render.search import show_hits
    from weft.session import open_session
    from weft.session.questions import asked

    said = " ".join(words)
    with open_session(mesh, env) as session:
        show_hits(said, asked(session, "search", said, limit), json=json)
