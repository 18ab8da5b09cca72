"""`weft serve`: what is published, over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.options import Json, MeshDir, verb

app = verb()


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="ADDRESS", help="Where it listens; else WEFT_SERVER_HOST, mesh.yaml, 127.0.0.1."
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            "-p",
            min=0,
            max=65535,
            metavar="N",
            help="Its port; 0 takes a free one. Else WEFT_SERVER_PORT, mesh.yaml, 8080.",
        ),
    ] = None,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Serve what is published over HTTP until it is told to stop (Ctrl-C, or a TERM signal).

    It holds nothing beside the registry and the store, so several can run side by side. Its log goes to standard error. While nobody
    looks after the platform, it prints a link that makes its first administrator: it works once.

    JSON: {"url", "docs", "pid": number, "administrator": the link, or ""}, once it takes requests
    """
    import os
    from dataclasses import replace

    from weft.cli.render.serving import show_listening
    from weft.cli.render.terminal import say
    from weft.server.running import serve as run
    from weft.server.serving import Serving
    from weft.server.settings import chosen, warnings
    from weft.server.signing_in import who
    from weft.session import open_session
    from weft.session.people.accounts import administrator_link

    with open_session(mesh) as session:
        server = chosen(session.settings.server, os.environ, {"host": host, "port": port})
        for warning in warnings(server):
            say(f"warning: {warning}", "yellow")

        def listening(url: str) -> None:
            reached = replace(session.settings, server=replace(server, url=url))
            show_listening(url, administrator_link(session.registry, reached), json=json)

        run(Serving(session, who, server), listening)
    say("stopped")
