"""`weft suggest`: checks for a table from what it held so far, each with its evidence; or a whole contract for a new file."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import EnvOfBranch, Json, MeshDir, verb
from weft.names import PROD

app = verb()


@app.command()
def suggest(
    name: Annotated[
        str,
        typer.Argument(metavar="TABLE", help="A published table, @1 for one line of it.", autocompletion=tables),
    ],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="One suggestion by its id, such as 'range(delay)'; again for more."),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Put them into the contract; what is there stays.")] = False,
    env: EnvOfBranch = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Propose checks for a table, learnt from its past snapshots: each with what it was learnt from, and in how many runs it is expected
    to alarm for nothing. With --write they are put into the table's contract as rules of ODCS, which any tool for it can run; what the
    contract says already is not said again, and comments, order and everything that a person wrote stay as they are.

    JSON: {"table", "line", "contract", "batches", "rows", "learnt_from", "expected_false_alarms": share of runs, "written": file or "",
    "suggestions": [{"id", "kind", "column", "name", "rule": as ODCS has it, "evidence", "is_new": whether the contract lacks it,
    "false_alarms": {"rate", "at_most", "model", "alarms", "batches"}}, ...], "left_out": [{"kind", "column", "why"}, ...]}
    """
    from weft.cli.render.suggestions import show_suggestions
    from weft.session import open_session
    from weft.session.suggesting import proposal
    from weft.session.suggesting import write as write_down

    with open_session(mesh, env) as session:
        found = proposal(session, name)
        written = write_down(session, found, only or None) if write else None
    show_suggestions(found, written, is_asked=write, json=json)
