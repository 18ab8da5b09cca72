"""`weft test`: the checks of what is published; the tests of transforms; the rows that break checks."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.options import Env, Json, MeshDir, Names, verb
from weft.errors import Misuse
from weft.names import PROD

app = verb()


@app.command()
def test(  # noqa: PLR0913, PLR0917 one parameter for each option
    names: Names = None,
    unit: Annotated[bool, typer.Option("--unit", help="Run tests/<table>.yaml: rows in, rows out, in memory.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Show the rows that break checks.")] = False,
    every: Annotated[bool, typer.Option("--all", "-a", help="List the checks that hold, too.")] = False,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Prove what is published without building anything; with --unit, prove what transforms do.

    JSON: {"succeeded", "checks": [check, ...], "unpublished": [line, ...], "seconds", "oors": the Bitol OORS draft's form};
    --unit: {"succeeded", "cases": [{"product", "table", "name", "file", "line", "passed", "missing", "surplus", "message",
    "seconds"}, ...]}; --failures: {"failures": [{"line", "check", "published", "is_value": what it measured, no rows of the
    table, "columns", "rows"}, ...]}
    """
    from weft.cli.failing import Told
    from weft.cli.render.cases import show_cases
    from weft.cli.render.checks import show_proof
    from weft.cli.render.failures import show_failures
    from weft.session import open_session

    if unit and failures:
        raise Misuse("--unit and --failures ask for different things", mend="Say one of them.")
    wanted = tuple(names or ())
    with open_session(mesh, env) as session:
        if unit:
            succeeded = show_cases(session.unit(wanted), json=json)
        elif failures:
            succeeded = show_failures(session.failures(wanted), json=json)
        else:
            succeeded = show_proof(session.test(wanted), every=every, json=json)
    if not succeeded:
        raise Told
