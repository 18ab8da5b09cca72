"""`weft access token|service`: what programs come in by."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.options import Json, MeshDir, verb
from weft.errors import Misuse

app = verb()


@app.command(short_help="make, list or withdraw tokens")
def token(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="What it is called; without a name, all are listed.")
    ] = "",
    of: Annotated[str, typer.Option("--of", metavar="WHO", help="A service; on the mesh's own machine, anybody.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", metavar="SCOPE", help="What it may be used for; again for more. Else catalogue and query."
        ),
    ] = None,
    days: Annotated[float | None, typer.Option("--days", metavar="N", help="How long it is good; else 90.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It lets nobody in any more.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make a token for a program, list those there are, or withdraw one. It is shown once. Scopes are catalogue, query, agreements,
    publish, govern, people, operate, audit and tokens; a token never may more than its owner.

    JSON: {"token": token, "secret"} where one is made, {"tokens": [token, ...]} where they are listed, {"withdrawn": name}. A token is
    {"account", "name", "scopes", "made_at", "made_by", "expires_at", "used_at"}
    """
    from weft.cli.render.people import show_new_token, show_tokens, show_withdrawn
    from weft.session import open_session
    from weft.session.people import calls
    from weft.session.people.tokens import Wanted

    if withdraw and not name:
        raise Misuse("there is no token without a name", mend="Say which; `weft access token` lists them.")
    with open_session(mesh) as session:
        if withdraw:
            calls.done(session, calls.withdrawing_token(name, of))
            show_withdrawn(name, json=json)
        elif name:
            wanted = Wanted(name, tuple(scope or ()), days)
            show_new_token(calls.done(session, calls.making_token(wanted, of)), json=json)
        else:
            show_tokens(calls.done(session, calls.own_tokens(of)), json=json)


@app.command(short_help="make or list services, or end their tokens")
def service(
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="domain.product, or domain/name; without a name, all are listed.")
    ] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End all of its tokens.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make a principal for a product (domain.product) or another program of a domain (domain/name). It may nothing before it has a role
    or an agreement. Its tokens are made with `weft access token NAME --of SERVICE`.

    JSON: a service {"name", "kind": product|service, "domain", "state", "made_at", "made_by", "tokens": how many}; {"services": [service,
    ...]} where they are listed; {"withdrawn": how many tokens}
    """
    from weft.cli.render.people import show_service, show_services, show_withdrawn
    from weft.session import open_session
    from weft.session.people import calls

    if withdraw and not name:
        raise Misuse("there is no service without a name", mend="Say which; `weft access service` lists them.")
    with open_session(mesh) as session:
        if withdraw:
            show_withdrawn(calls.done(session, calls.ending_service(name)), json=json)
        elif name:
            show_service(calls.done(session, calls.making_service(name)), json=json)
        else:
            show_services(calls.done(session, calls.kept_services()), json=json)
