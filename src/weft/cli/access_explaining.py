"""`weft access explain`: what somebody sees of a table, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.access_agreements import ActAs
from weft.cli.completing import tables
from weft.cli.options import Json, MeshDir, verb

app = verb()


@app.command(short_help="what somebody sees of a table, and why")
def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="domain.product.table, with @1 for a line; .column for one column.",
            autocompletion=tables,
        ),
    ],
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Say whether somebody may read a table and why, by which agreements and for what; what of it is masked and which rows are left
    out, by which classification, and from where it is inherited. Where they may not read, how to ask.

    JSON: {"line", "who", "is_allowed", "reason", "mend", "agreements": [id, ...], "purposes": [text, ...], "columns": [{"column",
    "classification", "path": [line.column, ...], "mask", "reason"}, ...], "rows": [{"name", "columns", "values", "is_clear", "reason"}, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.access import show_sight
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, reader=Reader(as_)) as session:
        show_sight(asked(session, "access.explain", name), json=json)
