"""Makes questions ready: what is read of a text and of the registry is read once for each state that the registry is in.

Whether somebody may see a line is decided anew for each question: a word that was taken back holds at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from weft.errors import Misuse, NotKept
from weft.names import LineName
from weft.product.snapshot import Pointer, Snapshot
from weft.query.library import Library
from weft.query.naming import Question, question
from weft.query.noting import endings_of
from weft.query.prepared import Prepared, prepared
from weft.query.seen import known_pointers, refuse_unseen
from weft.query.service.demand import MOST_CHARACTERS, Demand
from weft.query.service.leases import Leases

if TYPE_CHECKING:
    from weft.engine.reading import Files

KEPT = 1024
ATTEMPTS = 3
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Table:
    """A relation of the mesh's own metadata, as an Arrow stream."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """All that may be seen in an answer: what stands behind each name, with its masks and filters. Two that are equal see the same."""

    files: tuple[tuple[str, Files], ...]
    tables: tuple[tuple[str, Table], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    prepared: Prepared
    decided: Decided
    notices: tuple[str, ...]

    @property
    def question(self) -> Question:
        return self.prepared.question


class Kept(Generic[V]):
    """The values that were used last. For many threads: what two make at once is the same."""

    def __init__(self, most: int = KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, value: V) -> V:
        with self._lock:
            self._found[key] = value
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return value


class Readying:
    """For many threads."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._questions: Kept[tuple[Question, dict[LineName, Snapshot]]] = Kept()
        self._ready: Kept[Ready] = Kept()
        self._quick: Kept[bool] = Kept()

    def quickly(self, demand: Demand, library: Library) -> Ready | None:
        """At once, where it was made ready before and the registry is a file, whose readers never wait; None where that is not so.

        Raises: what `ready` raises.
        """
        if not self._quick.get(_of(demand, library)) or not library.settings.registry.startswith("sqlite:"):
            return None
        return self._made(demand, library)

    def ready(self, demand: Demand, library: Library) -> Ready:
        """Raises: Misuse, Refused, Unknown, NotKept, StoreFault."""
        if len(demand.sql) > MOST_CHARACTERS:
            raise Misuse(
                f"this SQL has {len(demand.sql):,} characters; {MOST_CHARACTERS:,} is the most",
                mend="Hand over many values as a parameter: WHERE id IN (SELECT unnest($ids)).",
            )
        for _ in range(ATTEMPTS - 1):
            try:
                return self._made(demand, library)
            except NotKept:
                continue
        return self._made(demand, library)

    def _made(self, demand: Demand, library: Library) -> Ready:
        recorded = library.registry.recorded(library.environment)
        state = (library.environment, recorded.revision, recorded.is_made)
        asked, snapshots = self._asked(demand, library, (state, recorded.pointers))
        asked = replace(asked, sights=refuse_unseen(library, asked.lines.values()))
        self._leases.hold(library.registry.journal, (snapshot.id for snapshot in snapshots.values()))
        if asked.facts:
            return _ready(asked, library, snapshots)
        key = (state, demand.sql, demand.given, repr(asked.sights))
        found = self._ready.get(key)
        if found is None:
            found = self._ready.put(key, _ready(asked, library, snapshots))
            self._quick.put(_of(demand, library), True)
        return found

    def _asked(
        self, demand: Demand, library: Library, standing: tuple[Hashable, Mapping[LineName, Pointer]]
    ) -> tuple[Question, dict[LineName, Snapshot]]:
        state, pointers = standing
        key = (state, demand.sql, demand.given, library.reader.name)
        return self._questions.get(key) or self._questions.put(key, _read(demand, library, pointers))


def _of(demand: Demand, library: Library) -> Hashable:
    return library.environment, library.reader.name, demand.sql, demand.given


def _read(
    demand: Demand, library: Library, every: Mapping[LineName, Pointer]
) -> tuple[Question, dict[LineName, Snapshot]]:
    pointers = known_pointers(library, every)
    asked = question(demand.sql, pointers, demand.given)
    wanted = {line: pointers[line].snapshot for line in asked.lines.values()}
    found = library.registry.snapshots(wanted.values())
    if missing := set(wanted.values()) - set(found):
        raise NotKept(f"snapshot {min(missing)} is no longer kept", mend="Ask again.")
    snapshots = {line: found[snapshot] for line, snapshot in wanted.items()}
    columns = {name: snapshots[line].columns for name, line in asked.lines.items()}
    return replace(asked, columns=columns), snapshots


def _ready(asked: Question, library: Library, snapshots: dict[LineName, Snapshot]) -> Ready:
    made = prepared(asked, library, snapshots)
    tables = tuple((name, Table(_streamed(table))) for name, table in made.tables.items())
    notices = tuple(endings_of(asked, library)) if asked.lines else ()
    return Ready(made, Decided(tuple(made.files.items()), tables), notices)


def _streamed(table: object) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    assert isinstance(table, pa.Table)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content
