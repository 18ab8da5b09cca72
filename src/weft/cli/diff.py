"""`weft diff`: how a table's data differs between two environments."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import environments, tables
from weft.cli.options import Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def diff(
    name: Annotated[
        str,
        typer.Argument(metavar="DOMAIN.PRODUCT.TABLE", help="The table, @1 for one line of it.", autocompletion=tables),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NAME", envvar="WEFT_ENV", help="The environment after.", autocompletion=environments
        ),
    ],
    before: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The environment before.", autocompletion=environments)
    ] = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Compare a table's rows between two environments: added, removed, and changed by primary key, and how often in which column.
    Without a key rows are compared as wholes. Files that both sides have are not read.

    JSON: {"before": {"environment", "line", "snapshot", "rows"}, "after": likewise, "is_empty", "key": [column, ...], "added",
    "removed", "changed", "columns": [{"column", "rows", "before": type, "after": type}, ...], "first_added": [row, ...],
    "first_removed": [row, ...], "first_changed": [{"key": row, "columns": {column: [before, after]}}, ...], "note",
    "files_skipped", "shapes": the columns whose type differs}
    """
    from weft.cli.render.difference import show_difference
    from weft.session import open_session
    from weft.session.comparing import compare

    with open_session(mesh, before) as session:
        show_difference(compare(session, name, to), json=json)
