"""`weft env`: environments beside `prod`: list, bring up to date, remove."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import overlays
from weft.cli.options import Json, MeshDir, verb

app = verb(invoke_without_command=True)
EnvName = Annotated[str, typer.Argument(metavar="NAME", help="The environment.", autocompletion=overlays)]


@app.callback()
def env(context: typer.Context, json: Json = False, mesh: MeshDir = None) -> None:
    """List environments, bring one up to date with prod, or remove one.

    JSON: what `weft env list` says
    """
    if context.invoked_subcommand is None:
        every(json, mesh)


@app.command("list")
def every(json: Json = False, mesh: MeshDir = None) -> None:
    """List the environments beside prod: how many tables differ, how old each is, when it expires. So does `weft env` alone.

    JSON: {"environments": [{"name", "who", "revision", "made_at", "used_at", "expires_at", "changed": [line, ...]}, ...]}
    """
    from weft.cli.render.environments import show_environments
    from weft.session import open_session
    from weft.session.environments import listed

    with open_session(mesh) as session:
        show_environments(listed(session), json=json)


@app.command()
def update(name: EnvName, json: Json = False, mesh: MeshDir = None) -> None:
    """Take over into an environment what changed in prod since it was made. What only the environment changed is kept.

    JSON: {"environment", "revision", "again": products that both changed, which stand as in prod and are to be applied again}
    """
    from weft.cli.render.environments import show_updated
    from weft.session import open_session
    from weft.session.environments import updated

    with open_session(mesh) as session:
        show_updated(updated(session, name), json=json)


@app.command()
def remove(name: EnvName, json: Json = False, mesh: MeshDir = None) -> None:
    """Remove an environment. Files that nothing else needs go with the next sweep.

    JSON: {"removed": name}
    """
    from weft.cli.render.json_out import write_json
    from weft.cli.render.terminal import say
    from weft.session import open_session
    from weft.session.environments import removed

    with open_session(mesh) as session:
        removed(session, name)
    if json:
        write_json({"removed": name})
    else:
        say(f"removed {name}")
