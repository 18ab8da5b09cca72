"""`weft access people|invite|grant|withdraw|lock|unlock|attributes|roles`: who there is, and what they may."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import people as known_people
from weft.cli.options import Json, MeshDir, verb
from weft.errors import Misuse

app = verb()
Account = Annotated[
    str,
    typer.Argument(metavar="NAME", help="A mail address or user name, or a service's.", autocompletion=known_people),
]
Role = Annotated[
    str,
    typer.Argument(
        metavar="ROLE",
        help="owner, developer, steward or reader of a domain; platform, governance or auditor of the mesh.",
    ),
]
Domain = Annotated[str, typer.Argument(metavar="[DOMAIN]", help="The domain, of a role in one.")]


@app.command(short_help="list who there is, with roles")
def people(
    as_: Annotated[str, typer.Option("--as", metavar="NAME", help="As somebody sees it; else you are the owner.")] = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """List the accounts that you may see: people, services and products, with their roles, and which are locked.

    JSON: {"people": [{"name", "kind": person|service|product, "state": invited|active|locked, "because", "made_at", "made_by",
    "signed_in_at", "roles": ["owner of operations", "platform of the mesh", ...], "attributes": {name: [value, ...]}}, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.people import show_people
    from weft.session import open_session
    from weft.session.people import calls

    with open_session(mesh, reader=Reader(as_)) as session:
        show_people(calls.done(session, calls.people()), json=json)


@app.command(short_help="make an account, and the link that opens it")
def invite(
    name: Account,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="A role that goes with it.")] = "",
    domain: Annotated[str, typer.Option("--in", metavar="DOMAIN", help="The domain of that role.")] = "",
    again: Annotated[bool, typer.Option("--again", help="A link to choose another password.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Make an account, and print the link by which its owner chooses a password. The link works once, and is shown once: hand it to
    them where nobody reads along.

    JSON: {"account", "url": the link, "until"}
    """
    from weft.cli.render.people import show_link
    from weft.session import open_session
    from weft.session.people import calls
    from weft.session.people.roles import grant_named

    if again and role:
        raise Misuse("--again gives no role", mend="Give it with `weft access grant`.")
    grants = (grant_named(role, domain),) if role else ()
    with open_session(mesh) as session:
        show_link(calls.done(session, calls.inviting_again(name) if again else calls.inviting(name, grants)), json=json)


@app.command(short_help="give a role")
def grant(name: Account, role: Role, domain: Domain = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Give a role. Owners appoint in their domain, governance appoints governance and auditors, the platform its like and the first
    owner of a domain that has nothing yet. `weft access roles` says what each may.

    JSON: {"account", "role", "domain"}
    """
    from weft.cli.render.people import show_role
    from weft.session import open_session
    from weft.session.people import calls
    from weft.session.people.roles import grant_named

    found = grant_named(role, domain)
    with open_session(mesh) as session:
        calls.done(session, calls.appointing(name, found))
    show_role(name, found, "is", json=json)


@app.command(short_help="take a role away")
def withdraw(name: Account, role: Role, domain: Domain = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Take a role away; the next request is without it. What a domain.yaml or a provider says is changed there.

    JSON: as of weft access grant
    """
    from weft.cli.render.people import show_role
    from weft.session import open_session
    from weft.session.people import calls
    from weft.session.people.roles import grant_named

    found = grant_named(role, domain)
    with open_session(mesh) as session:
        calls.done(session, calls.withdrawing(name, found))
    show_role(name, found, "is no longer", json=json)


@app.command(short_help="let an account in nowhere, at once")
def lock(
    name: Account,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; its owner is told.")] = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Lock an account: its sessions end, and neither password, token nor provider lets it in until it is unlocked.

    JSON: {"account", "state"}
    """
    from weft.cli.render.people import show_state
    from weft.session import open_session
    from weft.session.people import calls

    with open_session(mesh) as session:
        calls.done(session, calls.locking(name, because))
    show_state(name, "locked", json=json)


@app.command(short_help="let an account in again")
def unlock(name: Account, json: Json = False, mesh: MeshDir = None) -> None:
    """Unlock an account: its password and its tokens are good again.

    JSON: as of weft access lock
    """
    from weft.cli.render.people import show_state
    from weft.session import open_session
    from weft.session.people import calls

    with open_session(mesh) as session:
        calls.done(session, calls.unlocking(name))
    show_state(name, "unlocked", json=json)


@app.command(short_help="say what row filters ask of a reader")
def attributes(
    name: Account,
    values: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE,...", help="`region=EU,US`; `region=` takes it away.")
    ],
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Say what row filters ask of a reader: which regions, which customers. Governance does; what is not named stays.

    JSON: {"account", "attributes": {name: [value, ...]}, all that it has then}
    """
    from weft.cli.render.people import show_attributes
    from weft.session import open_session
    from weft.session.people import calls

    with open_session(mesh) as session:
        found = calls.done(session, calls.giving(name, tuple(map(_attribute, values))))
    show_attributes(name, found, json=json)


@app.command(short_help="say what each role may")
def roles(json: Json = False) -> None:
    """Say what each role may: the mesh's one table of permissions.

    JSON: {"permissions": [{"action", "says", "roles": [role, ...], none where anybody may, "scope": what a token needs for it}, ...]}
    """
    from weft.cli.render.people import show_permissions

    show_permissions(json=json)


def _attribute(said: str) -> tuple[str, tuple[str, ...]]:
    name, equals, values = said.partition("=")
    if not equals:
        raise Misuse(f"'{said}' gives no value", mend="Write NAME=VALUE, or NAME= to take it away.")
    return name.strip(), tuple(part.strip() for part in values.split(",") if part.strip())
