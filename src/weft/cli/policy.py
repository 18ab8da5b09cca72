"""`weft policy`: the rules of the mesh, who violates them, and what governance decides of them."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import policies, standard_policies
from weft.cli.options import Env, Json, MeshDir, verb
from weft.names import PROD

app = verb(invoke_without_command=True)
Policy = Annotated[str, typer.Argument(metavar="POLICY", help="Its name, or a file.", autocompletion=policies)]
Policies = Annotated[
    list[str] | None, typer.Argument(metavar="POLICY", help="Names, or files.", autocompletion=policies)
]
Reason = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is kept, and shown with it.")]


@app.callback()
def policy(context: typer.Context, json: Json = False, mesh: MeshDir = None) -> None:
    """List the policies that bind, say who violates one, publish, retire or waive one.

    JSON: what `weft policy list` says
    """
    if context.invoked_subcommand is None:
        every(json, mesh)


@app.command("list")
def every(json: Json = False, mesh: MeshDir = None) -> None:
    """List the policies: what they ask for, what binds them, and until when they stop nobody. So does `weft policy` alone.

    JSON: {"policies": [{"policy", "title", "severity", "scope", "owner", "grace_until", "parameters", "origin": published|folder|standard,
    "binds", "version": as published, or 0, "who", "at", "because", "note"}, ...]}
    """
    from weft.cli.render.policies import show_list
    from weft.session import open_session
    from weft.session.policies import listed

    with open_session(mesh) as session:
        show_list(listed(session), json=json)


@app.command()
def show(name: Policy, json: Json = False, mesh: MeshDir = None) -> None:
    """Show one policy: what it asks for and why, its SQL, and every version that was published.

    JSON: {"policy", "title", "description", "severity", "scope", "owner", "grace_until", "parameters", "text", "versions": [{"version",
    "who", "at", "is_retired", "because"}, ...]}
    """
    from weft.cli.render.policies import show_policy
    from weft.session import open_session
    from weft.session.policies import named

    with open_session(mesh) as session:
        found = named(session, name)
        show_policy(found, session.registry.rules.history("policy", found.name), json=json)


@app.command()
def test(name: Policy, env: Env = PROD, json: Json = False, mesh: MeshDir = None) -> None:
    """Try a policy over the whole mesh, with what is written here in place of what is applied, and say who would fail. It need not
    be published, and nothing is.

    JSON: {"policies": [name, ...], "violations": [{"policy", "standing": error|warning|info|grace|waived, "subject", "domain", "product",
    "owners", "message", "mend", "grace_until", "waived_by", "waived_until", "waived_because", "file", "line"}, ...], "faults": [fault, ...]:
    of policies that cannot be computed, "seconds"}
    """
    from weft.cli.failing import Told
    from weft.cli.render.policies import show_conformance
    from weft.session import open_session
    from weft.session.policies import everything, named

    with open_session(mesh, env) as session:
        found = everything(session, [named(session, name)])
        show_conformance(found, is_tried=True, json=json)
    if found.faults or found.spoilt:
        raise Told


@app.command()
def run(names: Policies = None, env: Env = PROD, json: Json = False, mesh: MeshDir = None) -> None:
    """Say how the whole mesh stands to the policies that bind, or to some: exit status 1 where an error stands.

    JSON: as of `weft policy test`
    """
    from weft.cli.failing import Told
    from weft.cli.render.policies import show_conformance
    from weft.session import open_session
    from weft.session.policies import everything, named

    with open_session(mesh, env) as session:
        found = everything(session, [named(session, name) for name in names or ()])
        show_conformance(found, is_tried=False, json=json)
    if found.faults or found.spoilt or any(one.standing == "error" for one in found.violations):
        raise Told


@app.command()
def publish(names: Policies = None, because: Reason = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Publish policies, by name or file; without any, all that the folder says. What is published binds over whatever a checkout says.

    JSON: {"published": [{"policy", "version", "is_new"}, ...], "unbound": [policies of the folder that bind no more, ...]}
    """
    from weft.cli.render.policies import show_published
    from weft.governance.policies import Act
    from weft.identity.caller import caller
    from weft.session import open_session
    from weft.session.policies import named, of_folder, published

    with open_session(mesh) as session:
        chosen = [named(session, name) for name in names] if names else of_folder(session)
        show_published(published(session, chosen, Act(caller(), because, "cli")), json=json)


@app.command()
def retire(name: Policy, because: Reason = "", json: Json = False, mesh: MeshDir = None) -> None:
    """Let a published policy bind no more. It is kept with all its versions, and can be published again.

    JSON: {"retired": policy, "version"}
    """
    from weft.cli.render.policies import show_retired
    from weft.governance.policies import Act
    from weft.governance.policies import retire as retired
    from weft.identity.caller import caller
    from weft.session import open_session

    with open_session(mesh) as session:
        show_retired(retired(session.registry, name, Act(caller(), because, "cli")), json=json)


@app.command()
def waive(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Policy,
    subject: Annotated[
        str,
        typer.Argument(metavar="SUBJECT", help="A domain, product, table or column with all in it, or a pattern."),
    ],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Its last day, in UTC: 2027-03-31.")] = "",
    because: Reason = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End the waiver that was given, at once.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Let what a policy finds at a subject pass until a day, for a reason that is shown with it. It ends by itself.

    JSON: {"policy", "subject", "reason", "who", "until", "is_withdrawn"}
    """
    from weft.cli.render.policies import show_waiver
    from weft.governance.policies import Act
    from weft.identity.caller import caller
    from weft.session import open_session
    from weft.session.waiving import waived

    with open_session(mesh) as session:
        act = Act(caller(), because, "cli")
        show_waiver(waived(session, (name, subject, until), act, is_withdrawn=withdraw), json=json)


@app.command()
def waivers(json: Json = False, mesh: MeshDir = None) -> None:
    """List what is waived: for whom, why, by whom and until when. Those that are over are shown as such.

    JSON: {"waivers": [{"policy", "subject", "reason", "who", "until", "given_at", "holds", "is_withdrawn"}, ...]}
    """
    from weft.cli.render.policies import show_waivers
    from weft.session import open_session

    with open_session(mesh) as session:
        show_waivers(session.registry.rules.waivers(), json=json)


@app.command("standard")
def standard_set(
    name: Annotated[
        str, typer.Argument(metavar="POLICY", help="Print its file.", autocompletion=standard_policies)
    ] = "",
    json: Json = False,
) -> None:
    """List the policies that Weft ships, to be turned on by name in mesh.yaml, or published. With a name, print its file.

    JSON: {"policies": [{"policy", "title", "description", "severity", "parameters", "text"}, ...]}
    """
    from weft.cli.render.policies import show_standard
    from weft.session.policies import shipped

    show_standard(shipped(name), json=json, whole=bool(name))
