"""What a mesh is set to: the values of `mesh.yaml`, all with defaults but the name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`threads` 0 means one for each processor; `memory` is DuckDB's `memory_limit`, a size or a share of the machine."""

    name: str = "duckdb"
    threads: int = 0
    memory: str = "75%"
    is_apart: bool = False
    """Whether SQL over metadata that others wrote is computed in a process of its own: where this one serves others, it has to live on."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """`url` is a variable, as written (`${SLACK_URL}`): its value is a secret. No `events` means all kinds."""

    url: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in (SMTP). `host` and `user` may be variables, `password` is one; all as written."""

    host: str
    sender: str
    port: int = 587
    starttls: bool = True
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """How people are told of events. `hosts` are those that a product may name as its own webhook, beside the well-known ones."""

    webhooks: tuple[Webhook, ...] = ()
    mail: MailServer | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """What the queries of a server may take, each and together."""

    at_once: int = 0
    """How many are computed at the same time; 0 is four for each processor."""
    of_reader: int = 4
    """How many of them may be of one reader."""
    waiting: int = 256
    waiting_of_reader: int = 64
    """How many may wait for their turn: all, and those of one reader."""
    seconds: float = 300.0
    """How long one may take."""
    stalled_seconds: float = 60.0
    """How long one waits for a reader that takes nothing of its answer."""
    memory: str = "1GB"
    """What one may take of memory."""
    rows: int = 0
    """How many rows one answer may have; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How `weft serve` is reached, and what it lets in; all of it has a default. Paths are absolute."""

    host: str = "127.0.0.1"
    port: int = 8080
    url: str = ""
    """Where people reach it, where that is not the host and the port: `https://mesh.example.org`."""
    hosts: tuple[str, ...] = ()
    """Names that it answers to, beside that of `url` and those of this machine."""
    proxies: tuple[str, ...] = ()
    """Addresses, or networks, of the proxies before it: only their word is taken on who asks, and by https or not."""
    certificate: str = ""
    key: str = ""
    """Files of the certificate and its key, where the server speaks https itself."""
    reader_per_minute: float = 6_000.0
    origin_per_minute: float = 30_000.0
    """How many requests are answered of one reader, and of one address; 0 is no limit."""
    body_bytes: int = 1_048_576
    """The largest request that is taken, unless its route says otherwise."""
    drain_seconds: float = 30.0
    """How long queries that run may go on once the server is told to stop."""
    metrics_token: str = ""
    """A variable, as written (`${METRICS_TOKEN}`): who brings its value may read the metrics."""
    queries: QuerySettings = field(default_factory=QuerySettings)
    log: str = "auto"
    """`json`, `text`, or `auto`: text for a terminal, JSON for all else."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where signed heads of the audit trail are kept, and the key that signs them: paths relative to the mesh's root; empty lies in `.weft/audit`.

    `webhook` is a variable, as written, whose URL each head is posted to. `every_seconds` is how often a server signs.
    """

    heads: str = ""
    key: str = ""
    webhook: str = ""
    every_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class StandardPolicy:
    """One policy of the standard set that a mesh turns on; `values` stand in place of what its header says."""

    name: str
    values: dict[str, bool | int | float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClaimedRole:
    """A role that a provider's word gives: to whom it says `value` of in `claim`. No `domain` is a role of the mesh."""

    claim: str
    value: str
    role: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """Where people of an organisation sign in. `client_secret` is a variable, as written; '' is a public client."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    account: str = "email"
    """The claim that names an account of somebody who was not invited before."""
    joins: str = "invited"
    """Who is let in: `invited`, or `anybody` whom the provider knows."""
    roles: tuple[ClaimedRole, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    """What row filters ask of a reader, each with the claim that says it."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in to the server, and for how long."""

    session_hours: float = 168.0
    idle_hours: float = 12.0
    """How long a session lasts without being used."""
    invitation_hours: float = 72.0
    token_days: float = 365.0
    """The longest time that a token is made for."""
    providers: tuple[OidcProvider, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementSettings:
    """How long agreements last where nothing else is asked for, and at most; whether a product of another domain needs one."""

    days: int = 365
    most_days: int = 730
    products: Literal["", "declared", "required"] = ""
    """`declared`: an input port is enough; `required`: a product of another domain needs an agreement beside it.

    Where nothing is said, a mesh of one folder takes the first, and a server the second.
    """


@dataclass(frozen=True, slots=True)
class Settings:
    """One mesh. `root` is the folder of `mesh.yaml`; `registry` is a SQLAlchemy URL, `store` a folder, both absolute.

    A registry that is the URL of a server is reached through it, and so is its store.
    """

    name: str
    root: Path
    domains: Path
    registry: str
    store: Path
    engine: EngineSettings = field(default_factory=EngineSettings)
    retention_days: float = 30.0
    busy_seconds: float = 30.0
    """How long a commit waits for a locked registry before it says so."""
    expire_days: float = 14.0
    """How long an environment beside `prod` stays once nobody uses it."""
    query_log_days: float = 90.0
    """How long it is kept who read what; 0 writes nothing down."""
    unread_days: float = 30.0
    """How long nobody may have read a line before it is retired or removed without being forced."""
    default_branch: str = ""
    """The git branch whose plans and applies mean `prod`; empty where git is to say."""
    profiles_each_publish: bool = False
    """Whether what a run publishes is profiled at once; else whoever asks for a profile first has it made."""
    preview_verdicts: int = 1
    """How many good verdicts of the invited a version asks for that goes stable after a preview; 0 asks for nothing."""
    audit: AuditSettings = field(default_factory=AuditSettings)
    notify: Notify | None = None
    """None tells nobody anything: what happens is recorded and shown, and leaves the mesh only where `mesh.yaml` says so."""
    policies: tuple[StandardPolicy, ...] = ()
    """Policies of the standard set, which bind where governance published none."""
    agreements: AgreementSettings = field(default_factory=AgreementSettings)

    server: ServerSettings = field(default_factory=ServerSettings)
    sign_in: SignIn = field(default_factory=SignIn)

    @property
    def is_remote(self) -> bool:
        """Whether registry and store are reached through a server."""
        return self.registry.startswith(("https://", "http://"))

    @property
    def private(self) -> Path:
        """The folder of what Weft keeps for itself on this machine: caches, which may be deleted at any time."""
        return self.root / ".weft"
