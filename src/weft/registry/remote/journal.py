"""The journal behind a server: runs that are alive while their client says so, and what they found."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from weft.names import PROD, LineName, ProductName, RunId, SnapshotId
from weft.product.checks import CheckResult
from weft.product.delivery import Addressed, Delivery
from weft.product.reads import Asked, Measured
from weft.product.snapshot import Event, RunState, StepRecord
from weft.registry.remote.asking import ask
from weft.registry.remote.methods import Calls
from weft.registry.seam import Outbox, Reads

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.product.agreement import Agreement
    from weft.product.proposal import Proposal


class RemoteJournal:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def begin(self, environment: str, command: str, who: str) -> RunId:
        run: RunId = ask(self._calls, "journal.begin", environment, command, platform.node())
        return run

    def heartbeat(self, run: RunId) -> None:
        ask(self._calls, "journal.heartbeat", run)

    def record(
        self, steps: Sequence[StepRecord] = (), results: Sequence[CheckResult] = (), events: Sequence[Event] = ()
    ) -> None:
        if steps or results or events:
            ask(self._calls, "journal.record", steps, results, events)

    def end(self, run: RunId, state: RunState, message: str = "") -> None:
        ask(self._calls, "journal.end", run, state, message)

    def facts(self, relation: str, environment: str = PROD) -> pa.Table:
        return arrived(ask(self._calls, "journal.facts", relation, environment))

    def lease(self, snapshots: Iterable[SnapshotId], holder: str, seconds: float) -> AbstractContextManager[None]:
        """Ends by running out: by then what was leased is on this machine."""
        return self._leased(sorted(set(snapshots)), seconds)

    @contextmanager
    def _leased(self, snapshots: list[SnapshotId], seconds: float) -> Iterator[None]:
        ask(self._calls, "journal.lease", snapshots, seconds)
        yield

    def sweep(self, before: datetime, reads_before: datetime | None = None) -> tuple[frozenset[str], frozenset[RunId]]:
        """The server sweeps its own registry and store, by its own times; nothing of that is told here."""
        ask(self._calls, "journal.sweep")
        return frozenset(), frozenset()

    @property
    def outbox(self) -> Outbox:
        return RemoteOutbox(self._calls)

    @property
    def reads(self) -> Reads:
        return RemoteReads(self._calls)


class RemoteReads:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def keep(self, *asked: Asked) -> None:
        """The server writes down what it answers, and nobody's word for it."""

    def since(self, lines: Iterable[LineName], at: datetime, environment: str) -> tuple[Measured, ...]:
        wanted = sorted(set(lines))
        found: tuple[Measured, ...] = ask(self._calls, "reads.since", wanted, at, environment) if wanted else ()
        return found


class RemoteOutbox:
    """People are told by the server: it knows whom, and holds the secrets of the channels."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def keep(self, addressed: Sequence[Addressed]) -> None:
        if addressed:
            ask(self._calls, "outbox.keep", addressed)

    def of_run(self, run: RunId) -> tuple[Event, ...]:
        found: tuple[Event, ...] = ask(self._calls, "outbox.of_run", run)
        return found

    def newest(self, environment: str, kinds: Iterable[str]) -> dict[ProductName, Event]:
        found: dict[ProductName, Event] = ask(self._calls, "outbox.newest", environment, list(kinds))
        return found

    def agreed(self, products: Iterable[ProductName]) -> tuple[Agreement | Proposal, ...]:
        """Whom agreements concern, the server knows."""
        return ()

    def take(self, now: datetime, until: datetime) -> tuple[Delivery, ...]:
        return ()

    def settle(self, deliveries: Iterable[Delivery], now: datetime) -> None:
        """Nothing was taken."""


def arrived(body: bytes) -> pa.Table:
    """A relation as it travels."""
    import pyarrow as pa

    with pa.ipc.open_stream(body) as stream:
        return stream.read_all()
