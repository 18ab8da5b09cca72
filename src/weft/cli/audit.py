"""`weft audit`: whether the audit trail is as it was written, what stands in it, and what a regulator is handed of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from weft.cli.options import Json, MeshDir, verb

app = verb(invoke_without_command=True)
Since = Annotated[str, typer.Option("--from", metavar="TIME", help="From this day or time on, in UTC: 2026-11-21.")]
Until = Annotated[
    str, typer.Option("--to", metavar="TIME", help="Until this day (all of it), or before this time, in UTC.")
]


@app.callback()
def audit(context: typer.Context, json: Json = False, mesh: MeshDir = None) -> None:
    """Check the audit trail, search it, export a part of it with its proof, or let old records go.

    JSON: what `weft audit verify` says
    """
    if context.invoked_subcommand is None:
        verify(None, None, json, mesh)


@app.command()
def verify(
    heads: Annotated[
        Path | None,
        typer.Option("--heads", metavar="DIR", help="The folder of the signed heads; else that of mesh.yaml."),
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="A public key (PEM) that you trust, again for more; else those beside the heads.",
        ),
    ] = None,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Hold every record against the chain and the signed heads, and say exactly what was changed where: exit status 1 where
    anything was. It needs no more than public keys. So does `weft audit` alone.

    JSON: {"holds", "mesh", "records", "first", "last", "heads", "signed": the newest record that a head vouches for, "signed_at",
    "unended": reads that have not ended yet, "keys": [id, ...], "problems": [text, ...]}
    """
    from weft.cli.failing import Told
    from weft.cli.render.audit import show_verdict
    from weft.governance.audit.keys import public_key
    from weft.session import open_session
    from weft.session.audit import watched
    from weft.session.questions import asked

    with open_session(mesh) as session:
        if session.settings.is_remote and not (heads or key):
            found = asked(session, "audit.verify")
        else:
            found = watched(session, heads).verify(tuple(public_key(file) for file in key or ()))
    show_verdict(found, json=json)
    if not found.holds:
        raise Told


@app.command()
def search(  # noqa: PLR0913, PLR0917 one parameter for each option
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words of the SQL, the subject or the message.")] = "",
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who read or decided, or for whom.")] = "",
    domain: Annotated[str, typer.Option("--domain", metavar="NAME", help="Whom it concerns.")] = "",
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="domain.product.table[@line], or how it begins.")
    ] = "",
    what: Annotated[
        str, typer.Option("--what", metavar="KIND", help="read, or a kind of decision: agreement, grant, rule, ...")
    ] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="WORD", help="done, refused, failed, cancelled or unknown.")
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="At most so many.")] = 50,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Find reads and decisions, the newest first: who read what, when, for what purpose, and how it ended.

    JSON: {"records": [{"number", "at", "what": read or a kind of decision, "id", "who", "on_behalf_of", "door", "environment",
    "domains", "tables", "columns": {table: [column, ...]}, "agreements", "purposes", "outcome", "rows", "bytes", "milliseconds",
    "action", "subject", "message", "sql_digest", "sql", "request_id"}, ...]}; -1 was not counted
    """
    from weft.cli.render.audit import show_records
    from weft.governance.audit.searching import Sought
    from weft.governance.audit.times import begins, ends
    from weft.session import open_session
    from weft.session.questions import asked

    sought = Sought(who, domain, table, what, outcome, text, begins(since), ends(until), limit)
    with open_session(mesh) as session:
        show_records(asked(session, "audit.search", sought), json=json)


@app.command()
def export(  # noqa: PLR0913, PLR0917 one parameter for each option
    since: Since,
    until: Until,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="A new folder for it.")],
    domain: Annotated[
        str, typer.Option("--domain", metavar="NAME", help="Of this domain; else of the whole mesh.")
    ] = "",
    form: Annotated[Literal["jsonl", "csv", "parquet"], typer.Option("--format", "-f", help="Of the rows.")] = "jsonl",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Write what was read and decided in a time into a folder, with a proof that anybody can check with Python alone. It stands
    in the trail that it was exported.

    JSON: {"folder", "domain", "since", "until", "records", "first", "last", "heads", "key", "files": {name: SHA-256}}
    """
    from weft.cli.render.audit import show_exported
    from weft.governance.audit.proof import Wanted
    from weft.governance.audit.proof import export as exported
    from weft.governance.audit.times import begins, ends
    from weft.identity.caller import caller
    from weft.session import open_session
    from weft.session.audit import of_domain, watched

    with open_session(mesh) as session:
        wanted = Wanted(begins(since), ends(until), of_domain(session, domain), form, caller(), "cli")
        show_exported(exported(watched(session), wanted, output), json=json)


@app.command()
def sign(json: Json = False, mesh: MeshDir = None) -> None:
    """Sign where the trail ends now, and keep that head outside the registry. A server does so by itself.

    JSON: {"number", "link", "at", "key", "signature", "folder"}; "number" is 0 where nothing was added since the newest head
    """
    from weft.cli.render.audit import show_head
    from weft.session import open_session
    from weft.session.audit import watched

    with open_session(mesh) as session:
        witness = watched(session)
        show_head(witness.sign(), witness.folder.path, json=json)


@app.command()
def prune(
    before: Annotated[
        str, typer.Option("--before", metavar="TIME", help="Records before this day or time go, in UTC.")
    ],
    archive: Annotated[
        Path, typer.Option("--archive", metavar="DIR", help="A new folder that they are exported to first.")
    ],
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Export what is older than a time with its proof, and let it go from the registry behind a signed checkpoint.

    JSON: {"records": how many went, "through": the last of them, "archive"}
    """
    from weft.cli.render.audit import show_pruned
    from weft.governance.audit.pruning import prune as pruned
    from weft.governance.audit.times import begins
    from weft.identity.caller import caller
    from weft.session import open_session
    from weft.session.audit import watched

    with open_session(mesh) as session:
        show_pruned(pruned(watched(session), begins(before), archive, caller()), json=json)
