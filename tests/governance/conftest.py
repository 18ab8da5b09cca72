"""Real servers on loopback: one that webhooks are posted to, one that takes mail; and a mesh whose people are to be told."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from weft.names import DomainName, ProductName
from weft.product.contract import Channel, Contract, Member, Table, Team
from weft.product.mesh import Domain, Mesh
from weft.product.product import InputPort, OutputPort, Product
from weft.product.snapshot import Event
from weft.registry import open_registry
from weft.registry.seam import Journal
from weft.settings import MailServer, Notify, Settings, Webhook

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"
FLIGHTS, ROUTES, PRICES = (ProductName(n) for n in ("operations.flights", "network.routes", "sales.prices"))


@dataclass
class Posts:
    """A web server: what was posted to it, and how it answers. `answers` are (status, body) used up one by one, then 200."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    """Sent with every answer."""
    slow: threading.Event = field(default_factory=threading.Event)
    """Cleared, and no answer comes until it is set."""
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/B0/SECRETPATH"

    @property
    def texts(self) -> list[str]:
        return [payload["text"] for _, _, payload in self.got]


@pytest.fixture
def posts() -> Iterator[Posts]:
    found = Posts()
    found.slow.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((self.path, dict(self.headers), json.loads(body)))
            found.slow.wait(10)
            status, said = found.answers.pop(0) if found.answers else (200, b"ok")
            self.send_response(status)
            for name, value in {**found.heads, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self) -> None:
            found.got.append((self.path, dict(self.headers), {"text": "asked with GET"}))
            self.send_error(405)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that did not wait is no fault of ours."""

    server = Server(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.slow.set()
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Box:
    """A mail server, and what was handed in to it. `refused` are mailboxes that it does not know."""

    refused: set[str] = field(default_factory=set)
    got: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def mailed(self) -> list[str]:
        return sorted(to for _, tos, _ in self.got for to in tos)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refused:
            return "550 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 taken"


class MailController(Controller):
    """On a port that is free."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


Serve = Callable[..., Box]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a mail server; `tls` encrypts, and then asks who logs in."""
    running: list[MailController] = []

    def start(tls: ssl.SSLContext | None = None) -> Box:
        box = Box()

        def authenticated(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            box.users.append(data.login.decode())
            return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

        more = {"tls_context": tls, "require_starttls": True, "auth_require_tls": True, "authenticator": authenticated}
        controller = MailController(box, hostname="127.0.0.1", port=0, **(more if tls else {}))
        controller.start()
        box.port = controller.port
        running.append(controller)
        return box

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def box(serve: Serve) -> Box:
    """A mail server that is asked nothing: what a machine of one's own has."""
    return serve()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key of 127.0.0.1, which nobody but a test trusts."""
    folder = tmp_path_factory.mktemp("certificate")
    found = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", *names]
    subprocess.run(
        [*made, "-days", "2", "-out", found[0], "-keyout", found[1]], check=True, capture_output=True, timeout=30
    )
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    registry = f"sqlite:///{tmp_path}/registry.db"
    return Settings("air", tmp_path, tmp_path / "domains", registry, tmp_path / "store", notify=Notify())


@pytest.fixture
def journal(settings: Settings) -> Iterator[Journal]:
    registry = open_registry(settings)
    yield registry.journal
    registry.close()


def webhook_of(posts: Posts, monkeypatch: pytest.MonkeyPatch, *events: str) -> Notify:
    monkeypatch.setenv("CHAT_URL", posts.url)
    return Notify((Webhook("${CHAT_URL}", events),))


def mail_of(box: Box) -> Notify:
    return Notify(mail=MailServer("127.0.0.1", "weft@air.example.org", box.port, starttls=False))


def event(kind: str = "failed", **changes: Any) -> Event:
    said = {"at": NOW, "product": FLIGHTS, "kind": kind, "message": "it did not hold", "run": "run-1", "who": "ann"}
    return Event(**{**said, **changes})


def product(name: ProductName, *people: str, reads: str = "", support: tuple[Channel, ...] = ()) -> Product:
    """It promises one table of its own name, and reads the table of another product where one is named."""
    promise = Contract(name, "1.0.0", (Table(name.partition(".")[2], ()),), "", status="active")
    return Product(
        name,
        name,
        "",
        "",
        (promise,),
        (InputPort("read", reads),) if reads else (),
        (OutputPort("out", "1.0.0", name),),
        team=Team(members=tuple(Member(one) for one in people)),
        support=support,
    )


@pytest.fixture
def mesh() -> Mesh:
    """Prices read routes, routes read flights; flights has no team of its own, only its domain has."""
    domains = (
        Domain(DomainName("operations"), "", team=Team("ops", members=(Member("ann@air.example.org"), Member("bob")))),
        Domain(DomainName("network"), ""),
        Domain(DomainName("sales"), ""),
    )
    products = (
        product(FLIGHTS),
        product(ROUTES, "rita@air.example.org", reads=FLIGHTS),
        product(PRICES, "paul@air.example.org", reads=ROUTES),
    )
    return Mesh("air", {domain.name: domain for domain in domains}, {p.name: p for p in products})
