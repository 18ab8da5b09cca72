"""`weft suggest`: checks for a table from what it held so far, each with its evidence; or a whole contract for a new file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import Env, Json, MeshDir, verb
from weft.errors import Misuse
from weft.names import PROD

if TYPE_CHECKING:
    from weft.session import Session
    from weft.session.suggesting import Proposal

app = verb()


@app.command()
def suggest(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Annotated[
        str,
        typer.Argument(
            metavar="TABLE|FILE",
            help="A published table, @1 for one line of it; a file, a folder, or a glob of files that followed each other.",
            autocompletion=tables,
        ),
    ],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="One suggestion by its id, such as 'range(delay)'; again for more."),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Put them into the contract; what is there stays.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="The contract of a file; else that of a product that reads it, else a new one here.",
        ),
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="NAME",
            help="Compare with another table, as the contract or the product's SQL calls it.",
        ),
    ] = "",
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Propose checks for a table, learnt from its past snapshots: each with what it was learnt from, and in how many runs it is expected
    to alarm for nothing. With --write they are put into the table's contract as rules of ODCS, which any tool for it can run; what the
    contract says already is not said again, and comments, order and everything that a person wrote stay as they are.

    With --against, the rules are comparisons of the two tables that hold now: rows, totals whole and by value, values, keys, rows by key.

    For a file that no contract describes, a whole one is drafted: names, types, keys, how personal each column looks, and what only
    a person can say marked as such.

    JSON: {"table", "line", "contract", "batches", "rows", "learnt_from", "expected_false_alarms": share of runs, "written": file or "",
    "suggestions": [{"id", "kind", "column", "name", "rule": as ODCS has it, "evidence", "is_new": whether the contract lacks it,
    "false_alarms": {"rate", "at_most", "model", "alarms", "batches"}}, ...], "left_out": [{"kind", "column", "why"}, ...]}
    """
    from weft.access import OWNER
    from weft.cli.render.suggestions import show_suggestions
    from weft.session.profiles import wherever
    from weft.session.suggesting import write as write_down

    with wherever([name], mesh, env, OWNER) as session:
        found = _proposed(session, name, to, against)
        written = write_down(session, found, only or None) if write else None
    show_suggestions(found, written, is_asked=write, json=json)


def _proposed(session: Session, name: str, to: Path | None, against: str) -> Proposal:
    from weft.session.profiling import is_file

    if is_file(name):
        from weft.session.suggesting_files import file_proposal

        if against:
            raise Misuse("tables are compared, and this is a file", mend="Leave out --against.")
        return file_proposal(session, name, to)
    if to is not None:
        raise Misuse("--to is of files: a table's contract is where its product has it", mend="Leave out --to.")
    if against:
        from weft.session.suggesting_comparisons import comparison

        return comparison(session, name, against)
    from weft.session.suggesting import proposal

    return proposal(session, name)
