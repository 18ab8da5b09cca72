"""`weft access request|decide|revoke|renew|list|show|export`: agreements on ports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.completing import products, tables
from weft.cli.options import Json, MeshDir, verb
from weft.errors import Misuse

app = verb()
ActAs = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Who acts: a product (domain.product) or a person; else the owner of the workspace.",
        autocompletion=products,
    ),
]
Identity = Annotated[str, typer.Argument(metavar="ID", help="The agreement: `weft access list` says it.")]
Until = Annotated[
    str,
    typer.Option("--until", metavar="DAY", help="The last day, YYYY-MM-DD; else as long as the port allows at once."),
]
Why = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; whom it concerns is told.")]


@app.command(short_help="ask to read a port, for a purpose")
def request(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="domain.product.port, or a table of it, with @1 for a line.", autocompletion=tables
        ),
    ],
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help="What it is to be read for.")] = "",
    use_case: Annotated[str, typer.Option("--use-case", metavar="NAME", help="The use case that it is part of.")] = "",
    role: Annotated[
        str,
        typer.Option("--role", metavar="ROLE", help="A role that the contract names; where it names one, that one."),
    ] = "",
    until: Until = "",
    reader: Annotated[
        str,
        typer.Option(
            "--for", metavar="NAME", help="Who is to read, where it is not you: a person, a service or a product."
        ),
    ] = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Ask to read a port, for a purpose and a use case, until a day. Whom its contract names decides, and is told. Asking for what
    a product keeps to itself, a step or a column, becomes a proposal to extend its port.

    JSON: {"agreement": agreement or null, "proposal": proposal or null, "is_changed": whether this call did anything, "waits_for":
    [who decides next, ...], "untold": [who could not be told, and why, ...]}. An agreement is {"id", "reader", "port", "line",
    "purpose", "use_case", "requested_by", "requested_at", "role", "state": requested|half approved|granted|refused|revoked, "until",
    "asked_until", "terms": {"version", "usage", "limitations", "price"}, "rulings": [{"word", "who", "at", "level", "reason"}, ...],
    "revision"}
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.governance.agreements.requesting import Wish
    from weft.session import open_session
    from weft.session.agreements import day
    from weft.session.questions import asked

    wish = Wish(name, purpose, use_case, role, day(until), reader)
    with open_session(mesh, reader=Reader(as_)) as session:
        show_outcome(asked(session, "access.request", wish), json=json)


@app.command(short_help="approve or refuse what was asked for")
def decide(  # noqa: PLR0913, PLR0917 one parameter for each option
    identity: Identity,
    approve: Annotated[bool, typer.Option("--approve", help="Grant it, or pass it on to the second level.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it; say --because.")] = False,
    until: Until = "",
    because: Why = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Approve or refuse a request or a renewal. Where the contract's role names two levels, the second grants what the first approved.
    Nobody approves what they asked for themselves.

    JSON: as of weft access request
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.session import open_session
    from weft.session.agreements import day
    from weft.session.questions import asked

    if approve == refuse:
        raise Misuse("a decision is one or the other", mend="Say --approve, or --refuse --because 'WHY'.")
    last = day(until)
    with open_session(mesh, reader=Reader(as_)) as session:
        said = ("access.approve", identity, last) if approve else ("access.refuse", identity, because)
        show_outcome(asked(session, *said), json=json)


@app.command(short_help="end an agreement at once")
def revoke(identity: Identity, because: Why = "", as_: ActAs = "", json: Json = False, mesh: MeshDir = None) -> None:
    """End an agreement at once: the next query is refused. Its holder gives it up the same way.

    JSON: as of weft access request
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, reader=Reader(as_)) as session:
        show_outcome(asked(session, "access.revoke", identity, because), json=json)


@app.command(short_help="ask for more time, or give it")
def renew(identity: Identity, until: Until = "", as_: ActAs = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Ask for more time, before or after an agreement ended; it stays as it is until that is decided. From whoever decides alone, the
    time is given at once.

    JSON: as of weft access request
    """
    from weft.access import Reader
    from weft.cli.render.access import show_outcome
    from weft.session import open_session
    from weft.session.agreements import day
    from weft.session.questions import asked

    last = day(until)
    with open_session(mesh, reader=Reader(as_)) as session:
        show_outcome(asked(session, "access.renew", identity, last), json=json)


@app.command("list", short_help="agreements and proposals, what waits for you first")
def every(
    name: Annotated[
        str, typer.Argument(metavar="DOMAIN.PRODUCT", help="Of one product alone.", autocompletion=products)
    ] = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """List the agreements and proposals that you may see: yours, those of your domain, those that you decide on; what waits to be
    decided first.

    JSON: {"agreements": [{"agreement", "standing": its state or expired, "waits_for", "is_yours_to_decide"}, ...], "proposals":
    [proposal, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.access import show_list
    from weft.names import ProductName
    from weft.session import open_session
    from weft.session.questions import asked

    product = ProductName(name) if name else None
    with open_session(mesh, reader=Reader(as_)) as session:
        show_list(*asked(session, "access.list", product), json=json)


@app.command(short_help="one agreement or proposal, with all that was done to it")
def show(identity: Identity, as_: ActAs = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Show one agreement or proposal, its terms, and all that was done to it.

    JSON: {"agreement", "standing", "waits_for", "is_yours_to_decide"}, or {"proposal"}
    """
    from weft.access import Reader
    from weft.cli.render.access import show_agreement, show_proposal
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, reader=Reader(as_)) as session:
        if identity.startswith("p"):
            show_proposal(asked(session, "access.proposal", identity), json=json)
        else:
            show_agreement(asked(session, "access.show", identity), json=json)


@app.command(short_help="agreements as documents of the Bitol draft OAAS")
def export(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="The agreement; all that you may see where none is named.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Where to write them; else exports/agreements in the mesh's folder."
        ),
    ] = None,
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Write agreements as documents of the Open Access Agreement Standard, a draft of Bitol (OAAS v0.9.0): a file for each.

    JSON: without --output, {"agreements": [OAAS document, ...]}, and no file is written; with it {"written": [file, ...], "notes": []}
    """
    from weft.access import Reader
    from weft.cli.render.counting import counted
    from weft.cli.render.json_out import write_json
    from weft.cli.render.written import show_written
    from weft.governance.agreements import exporting
    from weft.session import open_session
    from weft.session.questions import asked

    with open_session(mesh, reader=Reader(as_)) as session:
        documents = asked(session, "access.documents", identity)
        folder = output or session.settings.root / exporting.FOLDER
        if json and output is None:
            write_json({"agreements": list(documents.values())})
            return
        written = exporting.write(documents, folder)
    show_written(written, f"{counted(len(written), 'agreement')}, as OAAS v0.9.0 has them", json=json)
