"""`weft diff`: how a table's data differs between two environments, and what one contract changes for the consumers of another."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import environments, tables
from weft.cli.failing import Told
from weft.cli.options import Json, MeshDir, verb
from weft.errors import Misuse
from weft.names import PROD

app = verb()


@app.command()
def diff(  # noqa: PLR0913, PLR0917 one parameter for each option
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The table, @1 for one line of it; a port or a file of a contract.",
            autocompletion=tables,
        ),
    ],
    other: Annotated[
        str, typer.Argument(metavar="[OTHER]", help="The contract after.", autocompletion=tables, show_default=False)
    ] = "",
    contract: Annotated[
        bool, typer.Option("--contract", help="Compare contracts: their files, or ports, domain.product.port[@1].")
    ] = False,
    before: Annotated[
        str,
        typer.Option("--from", metavar="NAME", help="The environment before; else prod.", autocompletion=environments),
    ] = "",
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="NAME", envvar="WEFT_ENV", help="The environment after.", autocompletion=environments
        ),
    ] = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Compare a table's rows between two environments: added, removed, and changed by primary key, and how often in which column.
    Without a key rows are compared as wholes. Files that both sides have are not read.

    With --contract, judge what one contract changes for whoever reads the other. Two files, or two ports as written in the folders; one port
    alone is compared as published with as written. --from and --to mean the port as published there. Exit status 1 where something breaks.

    JSON: {"before": {"environment", "line", "snapshot", "rows"}, "after": likewise, "is_empty", "key": [column, ...], "added",
    "removed", "changed", "columns": [{"column", "rows", "before": type, "after": type}, ...], "first_added": [row, ...],
    "first_removed": [row, ...], "first_changed": [{"key": row, "columns": {column: [before, after]}}, ...], "note",
    "files_skipped", "shapes": the columns whose type differs}; with --contract a MetadataDifference of OMDS: {"apiVersion", "kind",
    "sourceKind", "source1": {"id", "version"}, "source2": likewise, "scope", "impact": {"major", "minor", "patch"}, "suggestedVersion",
    "diffs": [{"type", "section", "field", "path", "value1", "value2", "message", "impactLevel"}, ...]}
    """
    if contract:
        _contracts(mesh, (name, before), (other, "" if _is_surrounding(ctx) else to), json=json)
        return
    if other:
        raise Misuse("data is compared of one table", mend="Say --contract to compare contracts.")
    from weft.cli.render.difference import show_difference
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, before or PROD) as session:
        show_difference(asked(session, "diff", name, to), json=json)


def _contracts(mesh: MeshDir, before: tuple[str, str], after: tuple[str, str], *, json: bool) -> None:
    from weft.cli.render.changes import show_contract_difference
    from weft.session.contracts import asked_of, compare_contracts

    found = compare_contracts(mesh, *asked_of(before, after))
    show_contract_difference(found, json=json)
    if found.breaks:
        raise Told


def _is_surrounding(ctx: typer.Context) -> bool:
    """Whether --to was said by WEFT_ENV alone, which is about data."""
    source = ctx.get_parameter_source("to")
    return source is not None and source.name == "ENVIRONMENT"
