"""The audit trail as values: what somebody reads or decides, how that is put into words that never change, and the chain of them.

A read is two records: that it began is written before its first byte leaves, how it ended after. Each record's `link` covers the
one before, so that none is edited, removed or put elsewhere unseen. A link covers a record by the digest of its `body` alone: what is
handed to somebody who may not see a record keeps its number, time and domains and its digest, and the chain can be followed through it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from weft.names import MESH_DOMAIN, DomainName

AuditId = NewType("AuditId", str)
Outcome = Literal["done", "refused", "failed", "cancelled", "unknown"]
"""How a read ended; `unknown` where its process was killed before it could say so."""
Kind = Literal["began", "completed", "decided", "checkpoint"]
DecidedKind = Literal[
    "signed in",
    "sign-in refused",
    "signed out",
    "account",
    "token",
    "grant",
    "agreement",
    "proposal",
    "rule",
    "waiver",
    "declassification",
    "forced",
    "refused",
    "published",
    "rolled back",
    "removed",
    "exported",
]
"""What was done or decided: `account`, `token`, `grant`, `agreement`, `rule`, `waiver` and `declassification` say in `action` what became of one."""

MOST_CHARACTERS = 20_000
"""Of a question's text; its digest is of all of it."""
GENESIS = "0" * 64
"""The link before the first record."""
SALT_BYTES = 16
"""Without chance of its own in each, a record that is withheld could be guessed from its digest."""


@dataclass(frozen=True, slots=True)
class AuditedRead:
    """A read that is about to be answered. `columns` are those read, by line (`domain.product.table@1`) or relation (`mesh.tables`).

    `who` signed in; `on_behalf_of` is whom they read for: a service's person, the product that a service principal stands for,
    the name behind `--as`. `door`: query, shell, python, api, client, preview, download.
    """

    who: str
    door: str
    columns: Mapping[str, tuple[str, ...]]
    sql: str
    environment: str = "prod"
    on_behalf_of: str = ""
    agreements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    request_id: str = ""

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(sorted({name.partition(".")[0] for name in self.columns} or {MESH_DOMAIN}))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a read ended. -1 rows or bytes were not counted; `message` says why it was refused or failed, without any value of data."""

    outcome: Outcome
    rows: int = -1
    bytes: int = -1
    milliseconds: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided or did, beside reading: `action` in one word or two (`granted`, `revoked`, `published`), of `subject`.

    `domains` are those whom it concerns; none means the mesh. No secret is ever said in any of it.
    """

    who: str
    kind: DecidedKind
    action: str
    subject: str
    message: str = ""
    domains: tuple[str, ...] = ()
    on_behalf_of: str = ""
    door: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it will stand, before it has its place in the chain. `body` is JSON, and what is proven."""

    kind: Kind
    id: AuditId
    at: datetime
    who: str
    domains: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record in its place. Keyed by `number`, from 1 without a gap. `at` is in microseconds since 1970, UTC."""

    number: int
    at: int
    kind: str
    id: str
    who: str
    domains: str
    body: str
    digest: str
    link: str


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the chain ends: the newest record's number and link. `counted` is how many were ever written, `pruned` how many of them may go."""

    number: int = 0
    link: str = GENESIS
    counted: int = 0
    pruned: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Which records: by number, by time (microseconds; `until` is not in it), by who, domain, kind and id; empty means all."""

    first: int = 1
    last: int = 0
    since: int = 0
    until: int = 0
    who: str = ""
    domain: DomainName = field(default=DomainName(""))
    kind: str = ""
    ids: tuple[str, ...] = ()
    """At most 500."""
    newest: int = 0
    """At most so many, the newest of them; 0 is all."""


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def linked(previous: str, number: int, at: int, rest: tuple[str, str]) -> str:
    """The link of a record: SHA-256 over the link before, its number, its time, its domains and its digest, a line each."""
    return hashlib.sha256("\n".join((previous, str(number), str(at), *rest)).encode()).hexdigest()


def salt() -> str:
    return os.urandom(SALT_BYTES).hex()


def joined(domains: Iterable[str]) -> str:
    return ",".join(sorted(set(domains))) or MESH_DOMAIN
