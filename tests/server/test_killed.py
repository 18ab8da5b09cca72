"""Servers are killed while they answer: whoever asks sees a clean error or the whole answer, and no read is lost or written twice.

`WEFT_SOAK=1` does it twenty times, with two servers side by side.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.access import OWNER, Grant
from weft.governance.audit.signing import witness
from weft.product.audit import Span
from weft.session import open_session
from weft.session.people import accounts, signing_in, tokens
from weft.session.people.roles import appoint

SOAK = bool(os.environ.get("WEFT_SOAK"))
KILLS, SERVERS, CLIENTS = (20, 2, 12) if SOAK else (1, 1, 4)
BETWEEN = 15
"""So many answers come between one kill and the next."""
START_SECONDS = 60.0
SQL = "SELECT d.id, d.tail FROM operations.flights.departures d ORDER BY d.id"
ROWS = 60
CLEAN = (httpx.TransportError,)
"""A connection that is refused, reset, or ends before its answer does: what a client of HTTP can see and try again after."""


@dataclass
class Server:
    """`weft serve`, that can be killed with all it started and begun again on the same port."""

    root: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "weft", "serve", "--port", str(self.port), "--json", "--mesh", str(self.root)]
        log = (self.root / "server.log").open("a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        log.close()
        assert self.process.stdout is not None
        text = ""
        for line in self.process.stdout:
            text += line
            if line.startswith("}"):
                break
        told = json.loads(text)
        self.port = int(told["url"].rpartition(":")[2])

    def kill(self) -> None:
        """The server alone: what it started must see to itself that it ends."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=START_SECONDS)


@dataclass
class Seen:
    """What clients saw: ids of requests that were answered, and all that was not clean."""

    answered: list[str] = field(default_factory=list)
    errors: int = 0
    wrong: list[str] = field(default_factory=list)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_mesh(tmp_path, *planes_and_departures())
    with open_session(tmp_path) as session:
        session.apply(session.plan())
    return tmp_path


def token(root: Path) -> str:
    with open_session(root) as session:
        registry, settings = session.registry, session.settings
        link = accounts.invite(registry, settings, OWNER, "ann@example.org")
        signing_in.taken(registry, link.url.rpartition("/")[2], "")
        appoint(registry, OWNER, "ann@example.org", Grant("reader", "operations"))
        return tokens.make(registry, settings.sign_in, OWNER, tokens.Wanted("test"), "ann@example.org").secret


def test_a_server_that_is_killed_and_begun_again_loses_no_record(root: Path) -> None:
    secret = token(root)
    servers = [Server(root) for _ in range(SERVERS)]
    seen, over = Seen(), threading.Event()
    try:
        for server in servers:
            server.start()
        clients = [together(lambda n=n: asking(servers[n % SERVERS], secret, (seen, over))) for n in range(CLIENTS)]
        chance = random.Random(11)
        for _ in range(KILLS):
            answers(seen, BETWEEN)
            time.sleep(chance.random() / 20)
            server = chance.choice(servers)
            server.kill()
            server.start()
        answers(seen, BETWEEN)
        over.set()
        for client in clients:
            client.join()
    finally:
        over.set()
        for server in servers:
            server.stop()
    assert seen.wrong == []
    looked_at(root, seen)


def answers(seen: Seen, more: int) -> None:
    """Waits for them."""
    wanted, end = len(seen.answered) + more, time.monotonic() + START_SECONDS
    while len(seen.answered) < wanted:
        assert time.monotonic() < end, f"{len(seen.answered)} answers, {seen.errors} errors, {seen.wrong}"
        time.sleep(0.01)


def together(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def asking(server: Server, secret: str, of: tuple[Seen, threading.Event]) -> None:
    seen, over = of
    number, name = 0, threading.get_ident()
    while not over.is_set():
        number += 1
        id = f"request-{name}-{number}"
        headers = {"Authorization": f"Bearer {secret}", "X-Request-Id": id}
        try:
            url = f"http://127.0.0.1:{server.port}/api/v1/query"
            with (
                httpx.Client(trust_env=False, timeout=30) as http,
                http.stream("POST", url, json={"sql": SQL}, headers=headers) as answer,
            ):
                if answer.status_code == 200:
                    seen.answered.append(id)
                rows = answer.read().decode().splitlines()
        except CLEAN:
            seen.errors += 1
            time.sleep(0.05)
            continue
        judge(answer.status_code, rows, seen)


def judge(status: int, rows: list[str], seen: Seen) -> None:
    """The whole answer, or word of why not."""
    if status == 200:
        if [json.loads(row)["id"] for row in rows] != list(range(ROWS)):
            seen.wrong.append(f"{len(rows)} rows: {rows[-1:]}")
    elif status not in (429, 503):
        seen.wrong.append(f"{status}: {rows[:1]}")


def looked_at(root: Path, seen: Seen) -> None:
    with open_session(root) as session:
        session.registry.audit.chain.close_abandoned()
        records = list(session.registry.audit.records(Span()))
        verdict = witness(session.settings, session.registry.audit).verify()
    assert verdict.problems == ()
    assert verdict.unended == 0
    told: list[dict[str, Any]] = [json.loads(record.body) for record in records]
    began = Counter(one["request_id"] for one in told if one["kind"] == "began")
    ids = [one["id"] for one in told if one["kind"] == "began"]
    ended = Counter(one["id"] for one in told if one["kind"] == "completed")
    assert set(seen.answered) <= set(began)
    assert set(began.values()) == {1}
    assert ended == Counter(ids)
