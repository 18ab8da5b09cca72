"""Core data for its stewards: what waits and why, and decisions as a patch of the team's file. A server writes no team's repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from weft.errors import Faults, Misuse, Unknown
from weft.identity.caller import acting_as, caller
from weft.product.core_data import Decision
from weft.query.library import Library
from weft.query.stewarding.values import record_of
from weft.server.asking import Asker
from weft.session.stewarded import known_of, published, reviewed, tie_of, unknown_records
from weft.workspace.decided_lines import with_decisions
from weft.workspace.patching import unified
from weft.workspace.text import bytes_of, text_of

if TYPE_CHECKING:
    from weft.product.mesh import Mesh
    from weft.query.stewarding.tables import Entity
    from weft.query.stewarding.values import CoreRecord, Queue, Sought, Tied

ACTION: Literal["review core data"] = "review core data"
MOST_DECISIONS = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """What is published, in the eyes of whoever asks; nobody writes here."""

    library: Library
    written: Mesh | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as it is sent: records as `source:id`."""

    decision: Literal["same", "different"]
    left: str
    right: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Decisions to be taken over: a patch for `git apply` in the mesh's root, or, where this server has not the team's folder, the lines."""

    name: str
    text: str
    is_patch: bool


@contextmanager
def stewarding(asking: Asker, name: str) -> Iterator[Seen]:
    """Raises: Refused, where it is not for whoever asks to look after the core data of that product."""
    asking.allow(ACTION, name.partition(".")[0])
    with acting_as(asking.reader.name) if asking.reader.name else nullcontext():
        yield Seen(asking.library)


def queue_seen(asking: Asker, name: str, sought: Sought) -> Queue:
    """Raises: Refused, Unknown, Misuse."""
    with stewarding(asking, name) as seen:
        return reviewed(seen, name, sought)


def tied_seen(asking: Asker, name: str, left: str, right: str) -> Tied:
    """Raises: Refused, Unknown, Misuse."""
    with stewarding(asking, name) as seen:
        return tie_of(seen, name, record_of(left), record_of(right))


def record_seen(asking: Asker, name: str, core_id: str) -> CoreRecord:
    """Raises: Refused, Unknown."""
    with stewarding(asking, name) as seen:
        return known_of(seen, name, core_id)


def decisions(asking: Asker, name: str, decided: Sequence[Decided]) -> Lines:
    """Of whoever asks, today in UTC, in the place of what was decided of the same pairs.

    Raises: Refused; Misuse (none, one record twice), Unknown (no such record), Faults (they contradict others).
    """
    with stewarding(asking, name) as seen:
        at, who = published(seen, name), caller()
        if not decided:
            raise Misuse("nothing was decided", mend="Choose same or different for at least one pair.")
        today = datetime.now(UTC).date()
        made = [
            Decision(one.decision, record_of(one.left), record_of(one.right), who, today, one.why) for one in decided
        ]
        _refuse_wrong(seen, at, made)
        return _lines(asking, at, made)


def _refuse_wrong(seen: Seen, at: Entity, made: Sequence[Decision]) -> None:
    for one in made:
        if one.left == one.right:
            raise Misuse(f"{one.left} is one record, and not two", mend="Name two records.")
    records = tuple(dict.fromkeys(record for one in made for record in (one.left, one.right)))
    for record in unknown_records(seen, str(at.product), records):
        raise Unknown(f"record of {record.source}", record.id, ())


def _lines(asking: Asker, at: Entity, made: Sequence[Decision]) -> Lines:
    from weft.workspace.decisions_file import decisions_of

    before, file = _file(asking, at)
    after = with_decisions(text_of(before or b"", file), made, file)
    faults = decisions_of(after, file, [one.name for one in at.core.sources])[1]
    if faults:
        raise Faults(faults)
    leaf = at.product.rpartition(".")[2]
    return (
        Lines(f"{leaf}-decisions.patch", unified(file, before, after), True)
        if _is_here(asking, at)
        else Lines(f"{leaf}-decisions.csv", after, False)
    )


def _file(asking: Asker, at: Entity) -> tuple[bytes | None, str]:
    """What the file is in this server's workspace, None where it is not there; and where it is, relative to the mesh's root."""
    folder = at.core.file.rpartition("/")[0]
    file = f"{folder}/{at.core.decisions_file}" if folder else at.core.decisions_file
    root = asking.serving.session.settings.root
    there = (root / file).resolve().is_relative_to(root.resolve()) and (root / file).is_file()
    return (bytes_of(root, file) if there and _is_here(asking, at) else None), file


def _is_here(asking: Asker, at: Entity) -> bool:
    """Whether the product's folder is in this server's own workspace."""
    return bool(at.core.file) and (asking.serving.session.settings.root / at.core.file).is_file()
