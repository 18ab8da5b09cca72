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
        list[str],
        typer.Argument(metavar="WORDS...", help="What holds all of them comes first; typing errors are forgiven."),
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many.")] = 20,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Find domains, products, tables and columns by their names, titles, tags, people and descriptions, tables by their columns too.

    What is used more and keeps its promises comes before what is found alike. What some words are missing in is told where little holds all.

    JSON: {"words", "hits": [{"kind": domain|product|table|column, "name", "title", "description", "score", "matched",
    "missing": the words that it does not hold, "columns": of a table those that are called so}, ...]}
    """
    from weft.cli.render.search import show_hits
    from weft.session import open_session
    from weft.session.questions import asked

    said = " ".join(words)
    with open_session(mesh, env) as session:
        show_hits(said, asked(session, "search", said, limit), json=json)
