"""`weft demo`: the flights of New York in 2013 as a mesh, made and built."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.options import Json, verb

app = verb()


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; made if it is not there.")] = Path(
        "flights-demo"
    ),
    json: Json = False,
) -> None:
    """Make the example mesh in a folder, build it, and say where to go next.

    JSON: what `weft apply --json` says, with "folder"
    """
    from weft.cli.failing import Told
    from weft.cli.render.demo import show_made, show_next
    from weft.cli.render.json_out import write_json
    from weft.cli.render.run import run_object, show_run, watched
    from weft.session import open_session
    from weft.session.demo import make_demo

    root = make_demo(folder)
    if not json:
        show_made(root)
    with open_session(root) as session:
        planned = session.plan()
        with watched(planned, quiet=json) as observe:
            report = session.apply(planned, observe)
        if json:
            write_json({"folder": str(root), **run_object(report, planned)})
        else:
            show_run(report, planned, json=False)
            show_next(folder, session)
    if not report.succeeded:
        raise Told
