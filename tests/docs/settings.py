"""What some documents take for granted: a database server, a web server, with what their examples read."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.shops import EXAMPLE as CUSTOMERS

PRICES = "day,price\n2026-03-01,71.20\n2026-03-02,70.85\n"


def prepared(document: str, folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The variables that a document's examples need."""
    return SETTINGS[document](folder, request) if document in SETTINGS else {}


def _database(_: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    import psycopg

    url = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA crm")
        connection.execute(
            "CREATE TABLE crm.customers (id bigint PRIMARY KEY, name text NOT NULL, changed_at timestamptz)"
        )
        connection.execute("INSERT INTO crm.customers VALUES (1, 'Ada', now()), (2, 'Grace', now())")
    parts = urlsplit(url)
    user, password = parts.username or "", parts.password or ""
    return {
        "CRM_HOST": parts.hostname or "",
        "CRM_PORT": str(parts.port),
        "CRM_DATABASE": parts.path.strip("/"),
        "CRM_USER": user,
        "CRM_PASSWORD": password,
    }


def _web(folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    served = folder.parent / f"{folder.name}-served"
    served.mkdir()
    (served / "prices.csv").write_text(PRICES)
    handler = functools.partial(Silent, directory=str(served))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request.addfinalizer(server.server_close)
    request.addfinalizer(server.shutdown)
    return {"PRICES_URL": f"http://127.0.0.1:{server.server_port}/prices.csv"}


def _chat(folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """What is posted is written down beside the example."""

    class Chat(Silent):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with (folder / "posted.txt").open("a") as file:
                file.write(f"{said['text']}\n")
            self.send_response(200)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request.addfinalizer(server.server_close)
    request.addfinalizer(server.shutdown)
    return {"CHAT_URL": f"http://127.0.0.1:{server.server_port}/hook"}


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def _home(folder: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """A user's own folders, with nothing in them; a server that an example leaves running ends with it."""

    def end() -> None:
        for file in folder.rglob("server.pid"):
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(file.read_text()), signal.SIGTERM)

    request.addfinalizer(end)
    return {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache")}


def _customers(folder: Path, _: pytest.FixtureRequest) -> dict[str, str]:
    shutil.copytree(CUSTOMERS, folder / "customers")
    return {}


SETTINGS: dict[str, Callable[[Path, pytest.FixtureRequest], dict[str, str]]] = {
    "be-told.md": _chat,
    "core-data.md": _customers,
    "read-a-postgresql-table.md": _database,
    "read-an-http-file.md": _web,
    "work-with-a-server.md": _home,
}
