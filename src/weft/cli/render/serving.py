"""A server that listens: where it is, and where to go next."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say

if TYPE_CHECKING:
    from weft.session.people.accounts import Link


def show_listening(url: str, administrator: Link | None, *, json: bool) -> None:
    link = administrator.url if administrator else ""
    if json:
        write_json({"url": url, "docs": f"{url}/docs", "pid": os.getpid(), "administrator": link})
    else:
        print(f"{paint('serving', 'green')} {url}")
        if administrator:
            print(f"{paint('administrator', 'green')} {link}")
            say(
                f"Open that link to become the mesh's administrator: it works once, until {administrator.until:%H:%M} UTC tomorrow.",
                "dim",
            )
        say(f"The API is described at {url}/docs; Ctrl-C stops.", "dim")
    sys.stdout.flush()
