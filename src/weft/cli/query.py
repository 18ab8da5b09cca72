"""`weft query`: SQL over what is published."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from weft.cli.completing import formats
from weft.cli.options import As, Env, Json, MeshDir, verb
from weft.errors import Misuse
from weft.names import PROD

app = verb()


@app.command()
def query(  # noqa: PLR0913, PLR0917 one parameter for each option
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A SELECT over domain.product.table; - reads it from standard input.")
    ] = "",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="table, csv, json, jsonl, parquet or arrow.",
            autocompletion=formats,
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there; its ending says the format.")
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", "-n", min=0, metavar="N", help="How many rows a terminal shows; 0 is all.")
    ] = 100,
    env: Env = PROD,
    as_: As = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Answer SQL over published tables. Anything but reading is refused before it runs.

    A table is domain.product.table, its newest stable line; domain.product."table@1" is that line. The domain mesh is the
    mesh's own metadata: SELECT * FROM mesh.tables. Without SQL in a terminal, a small shell.

    JSON: {"columns": [{"name", "type"}, ...], "rows": [{column: value}, ...], "row_count", "read": [line, ...]};
    --format json is the array of rows alone
    """
    from weft.access import Reader
    from weft.cli.render.rows import say_notices, show_answer
    from weft.session import open_session

    text = _text(sql)
    with open_session(mesh, env, Reader(as_)) as session:
        if text:
            with session.query(text) as answer:
                say_notices(answer)
                show_answer(answer, (form, output, rows), json=json)
            return
        from weft.cli.shell import Shell

        Shell(session, rows).run()


def _text(sql: str) -> str:
    """The SQL that was given or piped; empty where a person is to be asked. Raises: Misuse."""
    if sql and sql != "-":
        return sql
    if not sql and sys.stdin is not None and sys.stdin.isatty():
        return ""
    text = sys.stdin.read() if sys.stdin is not None else ""
    if not text.strip():
        raise Misuse("there is no SQL", mend="Write it as an argument, or pipe it in.")
    return text
