"""`weft init`: a new mesh in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.drafting import plain_name
from weft.cli.options import Json, verb
from weft.cli.render.written import show_written

app = verb()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; made if it is not there.")] = Path(),
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The mesh's name; else the folder's.")] = "",
    json: Json = False,
) -> None:
    """Make a new mesh in a folder.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.workspace.scaffold import init as make

    written = make(folder, name or plain_name(folder.resolve().name) or "mesh")
    into = "" if folder == Path() else f"cd {folder}, then "
    show_written(written, f"Next: {into}weft new domain NAME", json=json)
