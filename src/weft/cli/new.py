"""`weft new`: a domain, a product, a contract, a version or a bridge, ready to be filled in."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import tables
from weft.cli.options import Json, MeshDir, verb
from weft.cli.render.written import show_written
from weft.errors import Misuse
from weft.names import ProductName, TableName

app = verb(no_args_is_help=True)


@app.callback()
def new() -> None:
    """Make a domain, a product, a contract, a version or a bridge, ready to be filled in. Nothing that is there is overwritten unasked."""


@app.command(short_help="a domain, within another with --in")
def domain(
    name: Annotated[str, typer.Argument(metavar="DOMAIN", help="Its name: lower-case letters, digits and '_'.")],
    within: Annotated[str | None, typer.Option("--in", metavar="DOMAIN", help="The domain that it lies in.")] = None,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make a new domain.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.session import open_session
    from weft.workspace.scaffold import new_domain

    with open_session(mesh) as session:
        written = new_domain(session.settings, name, within)
    show_written(written, f"Next: weft new product {name}.NAME", json=json)


@app.command(short_help="a product that runs as it is, or one --from your data")
def product(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT", autocompletion=tables)],
    source: Annotated[
        str, typer.Option("--from", metavar="FILE|GLOB", help="Draft its source contract from this data.")
    ] = "",
    called: Annotated[
        str, typer.Option("--as", metavar="NAME", help="What transforms call that data.  [default: FILE_file]")
    ] = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make a new product: a small one that runs as it is written, or one that reads your data.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.cli.drafting import drafted_source
    from weft.session import open_session
    from weft.workspace.scaffold import new_product

    if called and not source:
        raise Misuse("--as names the data of --from, and there is none", mend="Say --from FILE too.")
    with open_session(mesh) as session:
        if source:
            written, notes = drafted_source(session.settings, ProductName(name), source, called)
        else:
            written, notes = new_product(session.settings, ProductName(name)), ()
    after = "Next: write a transform, then weft new contract" if source else "Next: weft apply -s"
    show_written(written, f"{after} {name}{'.TABLE' if source else ''}", notes, json=json)


@app.command(short_help="the contract of a table, from what its transform returns")
def contract(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT.TABLE", autocompletion=tables)],
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Draft the contract of a table from what its transform returns; what only you know is marked.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.cli.drafting import drafted_promise
    from weft.session import open_session

    with open_session(mesh) as session:
        written = drafted_promise(session, TableName(name))
    show_written(written, "Next: say what is marked in it, then weft check", json=json)


@app.command(short_help="what a product expects of a port that it reads, from what its SQL reads")
def expectation(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT.PORT", autocompletion=tables)],
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Draft what a product expects of one of its input ports: the columns that its transforms read, in their types; what only you
    know is marked. Whoever promises them is held to it before anything new is published.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.session import open_session
    from weft.session.expecting import new_expectation

    with open_session(mesh) as session:
        written = new_expectation(session, name)
    show_written(written, "Next: say what is marked in it, then weft check", json=json)


@app.command(short_help="the next major of a port, or a preview, beside the present one")
def version(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT.PORT", autocompletion=tables)],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="2.0.0, or a preview: 1.3.0-beta.1.")],
    bridge: Annotated[
        bool, typer.Option("--bridge", help="Make the line before of the new one's tables: one pipeline for both.")
    ] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make a port's next version beside the present ones: its contract, its entry in the manifest and its transforms, all as they are now.
    `transforms/<table>.sql` makes the highest stable line; what made the line before goes on as `<table>@1.sql`.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.session import open_session
    from weft.session.lines import new_version
    from weft.versions import Version

    try:
        wanted = Version.parse(version)
    except ValueError as error:
        raise Misuse(str(error)) from error
    with open_session(mesh) as session:
        done = new_version(session, name, wanted, bridge=bridge)
    show_written(done.files, "Next: change what the new version promises, then weft plan", done.notes, json=json)


@app.command(short_help="an old line made of the newest one, from what their contracts say")
def bridge(
    name: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT.PORT@LINE", autocompletion=tables)],
    replaces: Annotated[bool, typer.Option("--replace", help="In place of what makes that line now.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Write the transforms of an old line as bridges: its columns, of the tables of the port's highest stable line. A column that seems to
    be renamed is read under its new name, and one of another type cast back; what the new line does not have is marked.

    JSON: {"written": [file, ...], "notes": [text, ...]}
    """
    from weft.session import open_session
    from weft.session.lines import new_bridge

    with open_session(mesh) as session:
        done = new_bridge(session, name, replaces=replaces)
    show_written(done.files, "Next: look at what it says, then weft check", done.notes, json=json)
