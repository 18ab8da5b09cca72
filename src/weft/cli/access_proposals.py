"""`weft access propose|answer`: what a product keeps to itself, asked for as a part of its port."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.access_agreements import ActAs, Why
from weft.cli.options import Json, MeshDir, verb
from weft.errors import Misuse

app = verb()


@app.command(short_help="ask a product to promise what it keeps to itself")
def propose(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="domain.product.step, or domain.product.table.column; it need not be there yet."
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What it is needed for.")] = "",
    use_case: Annotated[str, typer.Option("--use-case", metavar="NAME", help="The use case that it is part of.")] = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Ask a product to promise what it keeps to itself: a step, a column, or what is not there yet. Its people are told, and answer.

    JSON: as of weft access request. A proposal is {"id", "product", "wanted", "who", "reason", "use_case", "asked_at", "port",
    "state": open|accepted|declined, "answer", "answered_by", "answered_at", "revision"}
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, reader=Reader(as_)) as session:
        show_outcome(asked(session, "access.propose", name, reason, use_case), json=json)


@app.command(short_help="say what becomes of a proposal")
def answer(  # noqa: PLR0913, PLR0917 one parameter for each option
    identity: Annotated[str, typer.Argument(metavar="ID", help="The proposal: `weft access list` says it.")],
    accept: Annotated[bool, typer.Option("--accept", help="The port will promise it.")] = False,
    decline: Annotated[bool, typer.Option("--decline", help="It stays within.")] = False,
    because: Why = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Say what becomes of a proposal, as an owner or a developer of its domain; whoever asked is told.

    JSON: as of weft access propose
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.session import open_session
    from weft.session.questions import asked

    if accept == decline:
        raise Misuse("an answer is one or the other", mend="Say --accept or --decline, and --because 'WHY'.")
    with open_session(mesh, reader=Reader(as_)) as session:
        state = "accepted" if accept else "declined"
        show_outcome(asked(session, "access.answer", identity, state, because), json=json)
