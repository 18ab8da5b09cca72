"""The journal as a checkout writes it: its own runs, and what they found of its own domains' products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.errors import Misuse, Refused
from weft.names import IDENTIFIER, LineName, ProductName, RunId, SnapshotId, domain_of
from weft.product.checks import CheckResult
from weft.product.delivery import Addressed
from weft.product.reads import Measured
from weft.product.snapshot import Event, RunState, StepRecord
from weft.server.seams.desk import Desk

if TYPE_CHECKING:
    import pyarrow as pa

COMMANDS = ("apply", "test", "promote", "rollback")
LEASE_SECONDS = 900.0
SWEPT = "swept at"
BETWEEN_SWEEPS = timedelta(minutes=5)
TEXT_CHARACTERS = 20_000


def begin(desk: Desk, environment: str, command: str, machine: str) -> RunId:
    """Raises: Misuse."""
    if command not in COMMANDS or not IDENTIFIER.fullmatch(environment):
        raise Misuse(f"there is no run '{command}' in '{environment}'")
    return desk.clients.begin(environment, command, (desk.reader.name, machine[:200]))


def heartbeat(desk: Desk, run: RunId) -> None:
    desk.own_run(run, running=False)
    desk.registry.journal.heartbeat(run)


def end(desk: Desk, run: RunId, state: RunState, message: str) -> None:
    """What was handed over for it and not published, the sweeper takes from now on."""
    desk.own_run(run, running=False)
    desk.registry.journal.end(run, state, message[:TEXT_CHARACTERS])
    desk.asking.serving.session.store.discard(run)


def record(desk: Desk, steps: Sequence[StepRecord], results: Sequence[CheckResult], events: Sequence[Event]) -> None:
    """Of the caller's own runs and products; what is said of others' is refused. Raises: Refused."""
    for run in {*(step.run for step in steps), *(result.run or RunId("") for result in results)}:
        desk.own_run(run)
    for name in {*(step.product for step in steps), *(result.line for result in results)}:
        desk.allow("apply", domain_of(ProductName(name)))
    desk.registry.journal.record(steps, results, own_events(desk, events))


def own_events(desk: Desk, events: Sequence[Event]) -> tuple[Event, ...]:
    """As told by who is logged in. Of another domain's product only that it reads what changed here. Raises: Refused."""
    told = tuple(replace(event, who=desk.reader.name) for event in events)
    for event in told:
        if not desk.is_own(event.product) and not _reads_ours(desk, event):
            desk.allow("apply", domain_of(event.product))
    return told


def _reads_ours(desk: Desk, event: Event) -> bool:
    mesh = desk.mesh(event.environment)
    product = mesh.products.get(event.product)
    return product is not None and any(desk.is_own(name) for name in mesh.upstream(product))


def facts(desk: Desk, relation: str, environment: str) -> bytes:
    """A relation of the domain `mesh`, as whoever asks sees it: an Arrow stream."""
    from weft.query import seen

    return sent(seen.relation(desk.library(environment), relation))


def sent(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def lease(desk: Desk, snapshots: Sequence[SnapshotId], seconds: float) -> None:
    desk.clients.lease(snapshots, f"{desk.reader.name} through the server", min(max(seconds, 0.0), LEASE_SECONDS))


def sweep(desk: Desk) -> None:
    """By the server's own times, and not more often than every few minutes."""
    from weft.run.sweeping import sweep_of

    serving, now = desk.asking.serving, datetime.now(UTC)
    last = serving.parts.get(SWEPT)
    if last is None or now - last > BETWEEN_SWEEPS:
        serving.parts[SWEPT] = now
        sweep_of(serving.session.settings, serving.session.registry, serving.session.store)


def since(desk: Desk, lines: Sequence[LineName], at: datetime, environment: str) -> tuple[Measured, ...]:
    """Who reads a domain's tables, its own people see."""
    seen = [line for line in lines if desk.may("see consumers", domain_of(line))]
    return desk.registry.journal.reads.since(seen, at, environment) if seen else ()


def keep(desk: Desk, addressed: Sequence[Addressed]) -> None:
    """Whom it concerns is found here, and told with the mesh's own channels."""
    from weft.governance.telling import tell

    events = own_events(desk, [one.event for one in addressed])
    settings = desk.asking.serving.session.settings
    for environment in {event.environment for event in events}:
        here = [event for event in events if event.environment == environment]
        tell(here, desk.mesh(environment), settings, desk.registry.journal)


def of_run(desk: Desk, run: RunId) -> tuple[Event, ...]:
    return tuple(event for event in desk.registry.journal.outbox.of_run(run) if desk.is_own(event.product))


def newest(desk: Desk, environment: str, kinds: Sequence[str]) -> dict[ProductName, Event]:
    """Raises: Refused, where too much is asked for at once."""
    if len(kinds) > 100:
        raise Refused("so many kinds of events there are not")
    from weft.query.consumers import ABOUT_SOMEBODY

    wanted = [kind for kind in kinds if kind not in ABOUT_SOMEBODY]
    found = desk.registry.journal.outbox.newest(environment, wanted) if wanted else {}
    return {name: event for name, event in found.items() if desk.is_own(name) or event.environment == environment}
