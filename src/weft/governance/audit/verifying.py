"""Whether the audit trail is as it was written, and if not, exactly what is wrong where.

The chain shows a record that was edited, removed, put in or moved. Heads show what a chain alone cannot: a tail that was cut, and a
trail that was rewritten from some record on, links and all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from weft.governance.audit.head import Head
from weft.governance.audit.keeping import KeptHead
from weft.governance.audit.keys import PublicKey
from weft.product.audit import GENESIS, AuditRecord, Tail, digest_of, linked

MOST_PROBLEMS = 100
MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the records are held against: heads kept outside, the public keys that are trusted, and what the registry counted."""

    mesh: str
    heads: Sequence[KeptHead]
    keys: Sequence[PublicKey]
    tail: Tail = field(default_factory=Tail)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `signed` is the newest record that a head vouches for; what stands behind it only the chain does."""

    mesh: str
    records: int = 0
    first: int = 0
    last: int = 0
    heads: int = 0
    signed: int = 0
    signed_at: str = ""
    unended: int = 0
    """Reads that began and have not ended yet."""
    keys: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.problems


@dataclass
class _Walk:
    """What is known while the records pass by, in order."""

    heads: dict[int, list[tuple[str, Head]]]
    problems: list[str]
    before: tuple[int, str] = (0, GENESIS)
    first: int = 0
    records: int = 0
    held: int = 0
    """The newest record that fits a head."""
    is_rewritten: bool = False
    open: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)


def verified(records: Iterable[AuditRecord], evidence: Evidence) -> Verdict:
    """Over all records in the order of their numbers."""
    problems: list[str] = []
    good = list(_trusted(evidence, problems))
    heads: dict[int, list[tuple[str, Head]]] = {}
    for place, head in sorted(good, key=lambda one: one[1].number):
        heads.setdefault(head.number, []).append((place, head))
    walk = _Walk(heads, problems)
    for record in records:
        _pass(record, walk)
    _refuse_cut(walk, evidence.tail)
    signed = max((head for _, head in heads.get(walk.held, ())), key=lambda head: head.at, default=None)
    keys = tuple(key.id for key in evidence.keys)
    proof = (len(good), walk.held, signed.at if signed else "", len(walk.open), keys)
    return Verdict(evidence.mesh, walk.records, walk.first, walk.before[0], *proof, _most(problems))


def _most(problems: Sequence[str]) -> tuple[str, ...]:
    more = len(problems) - MOST_PROBLEMS
    return (*problems[:MOST_PROBLEMS], *((f"and {more} more",) if more > 0 else ()))


def _trusted(evidence: Evidence, problems: list[str]) -> Iterator[tuple[str, Head]]:
    """The heads that are of this mesh, and signed by a key that is trusted, each with where it stands."""
    keys = {key.id: key for key in evidence.keys}
    for kept in evidence.heads:
        head, place = kept.head, kept.place
        if head is None:
            if not kept.is_torn:
                problems.append(f"{place}: this is no head; the file was changed")
        elif head.mesh != evidence.mesh:
            problems.append(f"{place}: this head is of the mesh '{head.mesh}', not of '{evidence.mesh}'")
        elif (key := keys.get(head.key)) is None:
            problems.append(f"{place}: this head is signed by the key {head.key}, which is none of those trusted")
        elif not key.has_signed(head.signed_text, head.signature):
            problems.append(f"{place}: the signature does not hold: the head was changed, or never signed")
        else:
            yield str(place), head


def _pass(record: AuditRecord, walk: _Walk) -> None:
    if not walk.records:
        _begin(record, walk)
    walk.records += 1
    number, link = walk.before
    if record.number != number + 1:
        walk.problems.append(_gap(number + 1, record.number - 1))
    elif link and linked(link, record.number, record.at, (record.domains, record.digest)) != record.link:
        walk.problems.append(
            f"{_named(record)} does not follow record {number}: it was moved or put in here, or its time, domains, digest or link was edited"
        )
    if digest_of(record.body) != record.digest:
        walk.problems.append(f"{_named(record)} was edited: its body is not what its digest says")
    _compare(record, walk)
    _hold(record, walk)
    walk.before = record.number, record.link


def _begin(record: AuditRecord, walk: _Walk) -> None:
    """A trail that was pruned begins behind its checkpoint."""
    walk.first = record.number
    last = record.number - 1
    checkpoint = next((head for _, head in walk.heads.get(last, ()) if head.what == "checkpoint"), None)
    if last and checkpoint is None:
        walk.problems.append(f"{_gap(1, last)}, and no signed checkpoint says that they were pruned")
        walk.before = last, ""
    if checkpoint is not None:
        walk.before = last, checkpoint.link
        walk.held = last


def _compare(record: AuditRecord, walk: _Walk) -> None:
    """What is searched by stands beside the body, and must say the same; a read begins once and ends once."""
    try:
        told: dict[str, Any] = msgspec.json.decode(record.body)
    except msgspec.MsgspecError:
        walk.problems.append(f"{_named(record)} has a body that cannot be read")
        return
    for name, said in (("kind", record.kind), ("id", record.id), ("who", record.who)):
        if told.get(name) != said:
            walk.problems.append(f"{_named(record)}: its {name} was edited: its body says '{told.get(name)}'")
    if record.kind == "began":
        if record.id in walk.open or record.id in walk.ended:
            walk.problems.append(f"{_named(record)}: the read {record.id} began before; it stands twice")
        walk.open.add(record.id)
    elif record.kind == "completed":
        if record.id in walk.ended:
            walk.problems.append(f"{_named(record)}: the read {record.id} ended before; it stands twice")
        elif record.id not in walk.open and walk.first == 1:
            walk.problems.append(f"{_named(record)}: the read {record.id} ended and never began")
        walk.open.discard(record.id)
        walk.ended.add(record.id)


def _hold(record: AuditRecord, walk: _Walk) -> None:
    for place, head in walk.heads.get(record.number, ()):
        if head.link == record.link:
            walk.held = record.number
        elif not walk.is_rewritten:
            walk.is_rewritten = True
            walk.problems.append(
                f"{_named(record)} is not the one that was signed at {head.at} ({place}): the trail was rewritten between records "
                f"{walk.held + 1} and {record.number}"
            )


def _refuse_cut(walk: _Walk, tail: Tail) -> None:
    last = walk.before[0]
    if beyond := [number for number in walk.heads if number > last]:
        place, head = walk.heads[max(beyond)][0]
        walk.problems.append(
            f"{_gap(last + 1, head.number)} at the end: a head of record {head.number} was signed at {head.at} ({place})"
        )
    elif tail.counted > last:
        walk.problems.append(f"{_gap(last + 1, tail.counted)} at the end: the registry counted {tail.counted}")
    if tail.counted < last:
        walk.problems.append(
            f"the registry counted {tail.counted} records, and {last} stand: the counter was edited, or records put in"
        )


def _gap(first: int, last: int) -> str:
    return f"record {first} is missing" if first == last else f"records {first} to {last} are missing"


def _named(record: AuditRecord) -> str:
    at = datetime.fromtimestamp(record.at / MICROSECONDS, UTC) if abs(record.at) < 1 << 57 else None
    return (
        f"record {record.number} ({record.kind}, {at:%Y-%m-%d %H:%M:%S})"
        if at
        else f"record {record.number} ({record.kind})"
    )
