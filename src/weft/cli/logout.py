"""`weft logout`: a server's token, forgotten."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.options import Json, verb
from weft.errors import Misuse

app = verb()


@app.command()
def logout(
    server: Annotated[
        str, typer.Argument(metavar="[URL]", help="The server; needed where you are logged in to several.")
    ] = "",
    json: Json = False,
) -> None:
    """Forget the token of a server. At the server it lives on until it is withdrawn there: `weft access token`.

    JSON: {"server", "was_logged_in"}
    """
    from weft.cli.render.json_out import write_json
    from weft.cli.render.terminal import say
    from weft.session.login import log_out, servers
    from weft.wire import address

    url = address(server) if server else _only(tuple(servers()))
    was = log_out(url)
    if json:
        write_json({"server": url, "was_logged_in": was})
    else:
        say(f"logged out of {url}" if was else f"you were not logged in to {url}")


def _only(known: tuple[str, ...]) -> str:
    if len(known) != 1:
        mend = f"Say which: {', '.join(known)}." if known else "`weft login URL` logs in."
        raise Misuse("you are logged in to several servers" if known else "you are logged in nowhere", mend=mend)
    return known[0]
