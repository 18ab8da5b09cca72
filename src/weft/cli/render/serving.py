"""A server that listens: where it is, and where to go next."""

from __future__ import annotations

import os
import sys

from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say


def show_listening(url: str, *, json: bool) -> None:
    if json:
        write_json({"url": url, "docs": f"{url}/docs", "pid": os.getpid()})
    else:
        print(f"{paint('serving', 'green')} {url}")
        say(f"The API is described at {url}/docs; Ctrl-C stops.", "dim")
    sys.stdout.flush()
