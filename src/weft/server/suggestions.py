"""Checks that are suggested of a table, for those who look after it: asked for here, and accepted one by one into a patch of its contract."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from weft.errors import Misuse, Refused, Unknown, WeftError
from weft.names import SnapshotId, domain_of, leaf_of, table_of
from weft.profile.suggesting.odcs import with_suggestions
from weft.profile.suggesting.values import FalseAlarms, Suggestion
from weft.query.pages import TablePage
from weft.query.seen import sights
from weft.server.asking import Asker
from weft.server.profiles import audited
from weft.server.profiling import Said, Work, profiling_of
from weft.workspace.patching import unified
from weft.workspace.text import bytes_of, text_of


@dataclass(frozen=True, slots=True)
class Offered:
    """One suggestion. `is_new` where the contract does not say it already; `id` stays the same from run to run."""

    id: str
    kind: str
    column: str
    name: str
    rule: Mapping[str, Any]
    evidence: str
    is_new: bool
    rate: float
    """The share of clean runs in which it is expected to fail."""
    at_most: float | None
    """With 95 % confidence, where nothing is known but that it never happened."""
    batches: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was looked at and is not suggested, and why."""

    kind: str
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All that is suggested of one table. `contract` is its file, relative to the mesh's root."""

    contract: str
    learnt_from: str
    rows: int
    expected: float
    """The share of clean runs in which any of them is expected to fail."""
    offered: tuple[Offered, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def new(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if one.is_new)


@dataclass(frozen=True, slots=True)
class Patch:
    """What `git apply` takes, in the mesh's root."""

    file: str
    text: str


def asked(page: TablePage, asking: Asker) -> Work | None:
    """What was asked for of the newest snapshot on this server, by whoever it was. Raises: Refused."""
    asking.allow("profile", domain_of(page.name))
    snapshot = page.where.tables[0].snapshot if page.where.tables else ""
    return profiling_of(asking.serving).of(snapshot, "suggest")


def begin(page: TablePage, asking: Asker) -> Work:
    """Has it learnt what can be promised, from all the table held so far: a read of it, in the audit trail. Raises: Refused."""
    asking.allow("profile", domain_of(page.name))
    snapshot = page.where.tables[0].snapshot
    if page.data.withheld or not snapshot:
        raise Refused(page.data.withheld or f"{page.name} is not published", mend="`weft apply` publishes it.")
    work = Work(page.name, SnapshotId(snapshot), asking.reader.name, datetime.now(UTC), "suggest")
    return audited(work, page, asking)


def suggestions(work: Work, page: TablePage, asking: Asker) -> Suggestions:
    """Without what tells of a column that whoever asks sees masked, or of rows that are not theirs."""
    said, sight = work.said, sights(asking.library, [page.name])[page.name]
    found = tuple(_offered(said)) if sight.is_allowed and not sight.row_filters else ()
    masked = [column.lower() for column in sight.masks]
    told = tuple(one for one in found if not _tells(one, masked))
    left = tuple(LeftOut(**one) for one in said["left_out"] if one["column"].lower() not in masked)
    return Suggestions(said["contract"], said["learnt_from"], said["rows"], said["expected_false_alarms"], told, left)


def _offered(said: Said) -> Iterator[Offered]:
    names = ("id", "kind", "column", "name", "rule", "evidence", "is_new")
    for one in said["suggestions"]:
        alarms = one["false_alarms"]
        told = {name: one[name] for name in names}
        yield Offered(**told, rate=alarms["rate"], at_most=alarms["at_most"], batches=alarms["batches"])


def _tells(one: Offered, masked: Collection[str]) -> bool:
    """Whether it is about a masked column, or names one."""
    text = f"{one.id} {json.dumps(dict(one.rule))}".lower()
    return any(column in text for column in masked)


def patch(page: TablePage, accepted: Collection[str], asking: Asker) -> Patch:
    """The contract's text as the workspace has it, and with what was accepted. Raises: Misuse, Unknown, Refused."""
    work = asked(page, asking)
    if work is None or work.state != "done":
        raise Misuse("nothing is suggested of this table yet", mend="Ask for suggestions first.")
    found = suggestions(work, page, asking)
    known = {one.id: one for one in found.new}
    if not accepted:
        raise Misuse("no suggestion was accepted", mend="Choose at least one.")
    for id in accepted:
        if id not in known:
            raise Unknown("suggestion", id, sorted(known))
    chosen = [_suggestion(known[id]) for id in dict.fromkeys(accepted)]
    table = leaf_of(table_of(page.name))
    return Patch(f"{table}.patch", _patched(asking, found.contract, (table, chosen)))


def _patched(asking: Asker, file: str, of: tuple[str, list[Suggestion]]) -> str:
    """Raises: Misuse, where the server has no workspace with the contract in it."""
    root, (table, chosen) = asking.serving.session.settings.root, of
    try:
        before = bytes_of(root, file)
        after = with_suggestions(text_of(before, file), table, chosen)
    except (WeftError, KeyError) as error:
        mend = f"Run `weft suggest {table} --write` where {file} is."
        raise Misuse("the contract's file is not on this server as it was published", mend=mend) from error
    return unified(file, before, after)


def _suggestion(one: Offered) -> Suggestion:
    return Suggestion(one.kind, one.column, one.rule, one.evidence, FalseAlarms(one.rate, ""))
