"""The seam's methods as they travel: what each takes and answers, and which may be asked twice.

Values travel as MessagePack of their own types, so that both sides hold the very values of the seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import msgspec

from weft.errors import Fault
from weft.names import LineName, ProductName, RunId, SnapshotId
from weft.plan.promotion import Promotion
from weft.plan.rollback import Rollback
from weft.product.agreement import Agreement
from weft.product.candidate import Candidate
from weft.product.checks import CheckResult
from weft.product.declassification import Declassification
from weft.product.delivery import Addressed
from weft.product.environment import Base, Edition, Environment, Published
from weft.product.mesh import Domain
from weft.product.preview import Verdict
from weft.product.product import Product
from weft.product.proposal import Proposal
from weft.product.reads import Measured
from weft.product.rule import PublishedRule, RuleKind, Waiver
from weft.product.snapshot import ColumnEdge, Event, Publication, Recorded, RunState, Snapshot, StepRecord

WIRE = 1
"""Counted up where two sides of different numbers would not understand each other; fields may be added without it."""
ARROW = bytes
"""A relation travels as an Arrow stream."""


class Calls(Protocol):
    """One request to one method of the registry behind a server. Raises: what the method raises; RegistryFault."""

    def call(self, method: str, body: bytes, *, is_safe: bool) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Method:
    """`takes` are its arguments in order. `is_safe` says that asking twice is as asking once."""

    takes: Any
    gives: Any
    is_safe: bool = True


@dataclass(frozen=True, slots=True)
class Shared:
    """What the mesh is set to for everybody, as the server's own `mesh.yaml` says, and who asks.

    `version` is of its Weft; `builds` are the domains in which whoever asks builds and publishes.
    """

    name: str
    version: str
    retention_days: float
    expire_days: float
    query_log_days: float
    unread_days: float
    preview_verdicts: int
    who: str
    builds: tuple[str, ...]


_Products = Sequence[ProductName]
_Snapshots = Sequence[SnapshotId]
METHODS: dict[str, Method] = {
    "shared": Method(tuple[()], Shared),
    "recorded": Method(tuple[str], Recorded),
    "products": Method(tuple[_Products | None, str], dict[ProductName, Product]),
    "domains": Method(tuple[str], tuple[Domain, ...]),
    "lineage": Method(tuple[_Products, str], dict[ProductName, tuple[ColumnEdge, ...]]),
    "snapshots": Method(tuple[_Snapshots], dict[SnapshotId, Snapshot]),
    "publish": Method(tuple[Publication, Domain], int, is_safe=False),
    "environments.all": Method(tuple[()], tuple[Environment, ...]),
    "environments.bases": Method(tuple[str], dict[ProductName, Base]),
    "environments.use": Method(tuple[str, datetime], bool),
    "environments.update": Method(tuple[str, datetime], tuple[ProductName, ...], is_safe=False),
    "environments.remove": Method(tuple[str], None, is_safe=False),
    "environments.promote": Method(tuple[Promotion, RunId], dict[ProductName, int], is_safe=False),
    "environments.proofs": Method(tuple[_Snapshots], dict[SnapshotId, dict[str, bool]]),
    "rollbacks.publishes": Method(tuple[ProductName, str], tuple[Published, ...]),
    "rollbacks.editions": Method(tuple[ProductName, str, int], tuple[Edition, ...]),
    "rollbacks.roll_back": Method(tuple[Rollback, RunId], int, is_safe=False),
    "previews.published": Method(tuple[ProductName], tuple[tuple[str, str], ...]),
    "previews.verdicts": Method(tuple[ProductName], tuple[Verdict, ...]),
    "previews.say": Method(tuple[Verdict], None, is_safe=False),
    "rules.facts": Method(tuple[Sequence[str], str], dict[str, ARROW]),
    "rules.found": Method(tuple[str, Candidate, Sequence[ProductName]], tuple[Fault, ...]),
    "rules.publish": Method(tuple[PublishedRule], PublishedRule),
    "rules.published": Method(tuple[RuleKind], tuple[PublishedRule, ...]),
    "rules.history": Method(tuple[RuleKind, str], tuple[PublishedRule, ...]),
    "rules.waive": Method(tuple[Waiver], None, is_safe=False),
    "rules.waivers": Method(tuple[()], tuple[Waiver, ...]),
    "agreements.of": Method(tuple[str], tuple[Agreement, ...]),
    "agreements.on": Method(tuple[_Products | None], tuple[Agreement, ...]),
    "proposals.on": Method(tuple[_Products | None], tuple[Proposal, ...]),
    "declassifications.all": Method(tuple[()], tuple[Declassification, ...]),
    "declassifications.ask": Method(tuple[Declassification], Declassification, is_safe=False),
    "declassifications.change": Method(tuple[Declassification], Declassification, is_safe=False),
    "declassifications.state": Method(tuple[()], str),
    "journal.begin": Method(tuple[str, str, str], RunId, is_safe=False),
    "journal.heartbeat": Method(tuple[RunId], None),
    "journal.record": Method(tuple[Sequence[StepRecord], Sequence[CheckResult], Sequence[Event]], None, is_safe=False),
    "journal.end": Method(tuple[RunId, RunState, str], None),
    "journal.facts": Method(tuple[str, str], ARROW),
    "journal.lease": Method(tuple[_Snapshots, float], None),
    "journal.sweep": Method(tuple[()], None),
    "reads.since": Method(tuple[Sequence[LineName], datetime, str], tuple[Measured, ...]),
    "outbox.keep": Method(tuple[Sequence[Addressed]], None),
    "outbox.of_run": Method(tuple[RunId], tuple[Event, ...]),
    "outbox.newest": Method(tuple[str, Sequence[str]], dict[ProductName, Event]),
}


def packed(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def unpacked(body: bytes, kind: Any) -> Any:
    """Fields that a newer Weft added are passed over. Raises: msgspec.ValidationError, msgspec.DecodeError."""
    return body if kind is ARROW else _decoder(kind).decode(body)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)
