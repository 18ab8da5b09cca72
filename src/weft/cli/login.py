"""`weft login`: a server's token, tried and kept."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from weft.cli.options import Json, verb
from weft.errors import Misuse

app = verb()


@app.command()
def login(
    server: Annotated[str, typer.Argument(metavar="URL", help="The server, as https://mesh.example.org.")],
    token_stdin: Annotated[
        bool, typer.Option("--token-stdin", help="Read the token from standard input, and ask nobody.")
    ] = False,
    json: Json = False,
) -> None:
    """Log in to a server with a token that it showed you, and keep it for the verbs that talk to it.

    The token is asked for without being shown; or piped in with --token-stdin, or taken from WEFT_TOKEN. It is tried first, and
    kept in a file that only you can read. It is made at the server: its sign-in page, or `weft access token`.

    JSON: {"server", "name", "roles": ["owner of operations", ...], "scopes": [scope, ...] or null for all, "until": when the token ends, "file": where it is kept}
    """
    from weft.cli.render.json_out import write_json
    from weft.cli.render.terminal import say
    from weft.session.login import log_in, token_given
    from weft.wire import address

    url = address(server)
    token = _piped() if token_stdin else token_given() or _typed(url)
    found = log_in(url, token)
    if json:
        told = {"server": found.server, "name": found.name, "roles": found.roles, "scopes": found.scopes}
        write_json(told | {"until": found.until, "file": found.file})
        return
    say(f"logged in to {found.server} as {found.name}" + (f", {', '.join(found.roles)}" if found.roles else ""))
    until = f" until {found.until[:10]}" if found.until else ""
    if found.scopes is not None:
        say(f"this token may, {until.strip() or 'for ever'}: {', '.join(found.scopes)}", "dim")
    say(f"kept in {found.file}", "dim")


def _piped() -> str:
    return sys.stdin.readline() if sys.stdin is not None else ""


def _typed(server: str) -> str:
    """Raises: Misuse where nobody is there to be asked."""
    from getpass import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        raise Misuse(
            "there is nobody to be asked for a token", mend="Pipe it in with --token-stdin, or set WEFT_TOKEN."
        )
    return getpass(f"Token of {server}: ")
