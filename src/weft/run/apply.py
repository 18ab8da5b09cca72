"""Carrying out a plan: independent products side by side, each published as soon as it is proved, the rest told why they wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from typing import Literal

from weft.errors import RegistryBusy, RegistryFault, StoreFault, WeftError
from weft.identity.caller import caller
from weft.names import LineName, ProductName, RunId, SnapshotId
from weft.plan.fingerprint import Ground
from weft.plan.plan import Desired, Plan, ProductPlan, ground_of, product_plan
from weft.product.checks import CheckResult
from weft.product.mesh import Domain
from weft.product.product import Product
from weft.product.snapshot import Publication, Recorded, RunState, Snapshot, StepRecord
from weft.run.consumers import Consumers, consumers_of
from weft.run.failures import forget_failures, keep_failures
from weft.run.gate import Gate
from weft.run.job import Job
from weft.run.making import Making
from weft.run.publishing import LOG_CHARACTERS, publish, removal
from weft.run.report import Event, Observer, ProductReport, RunReport, TableReport, printed, unobserved
from weft.run.size import HEAVY_BYTES, LIGHT_BYTES, size_read
from weft.run.stopping import Stopping
from weft.run.workshop import Workshop

HEARTBEAT_SECONDS = 10.0
INTERRUPTED = "the run was interrupted"
MESSAGE_CHARACTERS = 2000


@dataclass(slots=True)
class Going:
    """A run that is going on: what is still to do, and where every line stands by now."""

    shop: Workshop
    desired: Desired
    recorded: Recorded
    run: RunId
    observe: Observer
    snapshots: dict[LineName, Snapshot]
    before: dict[LineName, Snapshot]
    """Where lines stood when it began."""
    ground: Ground
    consumers: Consumers
    reports: dict[ProductName, ProductReport] = field(default_factory=dict)
    stopping: Stopping = field(default_factory=Stopping)
    unrecorded: list[tuple[Sequence[StepRecord], Sequence[CheckResult]]] = field(default_factory=list)
    """What could not be recorded when it happened, as the registry was locked: it is tried once more at the end."""
    gate: Gate = field(default_factory=Gate)


def apply(shop: Workshop, plan: Plan, values: tuple[Desired, Recorded], observe: Observer = unobserved) -> RunReport:
    """Makes and publishes all that the plan says, and reports each product; one that fails leaves what it published before.

    Raises: RegistryFault, StoreFault where the run itself cannot go on. KeyboardInterrupt ends it cleanly.
    """
    began = time.perf_counter()
    desired, recorded = values
    run = shop.registry.journal.begin(plan.environment, "apply", caller())
    consumers = consumers_of(shop, plan, values)
    going = Going(shop, desired, recorded, run, observe, {}, {}, ground_of(desired, recorded), consumers)
    try:
        with _heartbeat(going), closing(consumers):
            going.before |= _standing(shop, plan, recorded)
            going.snapshots |= going.before
            _all(going, plan)
    except BaseException as error:
        with suppress(WeftError):
            _end(going, *_ended_by(error))
        raise
    reports = tuple(going.reports[product.product] for product in plan.work if product.product in going.reports)
    report = RunReport(run, plan.environment, reports, time.perf_counter() - began)
    if report.succeeded:
        _end(going, "succeeded", f"forced: {desired.because} (against: {desired.against})" if desired.because else "")
    else:
        # Who is told what failed need not be told that it was not written down.
        with suppress(RegistryFault):
            _end(going, "failed", "; ".join(r.message for r in reports if r.state == "failed")[:MESSAGE_CHARACTERS])
    return report


def _ended_by(error: BaseException) -> tuple[RunState, str]:
    if isinstance(error, KeyboardInterrupt):
        return "cancelled", "interrupted"
    return "failed", (str(error) or type(error).__name__)[:MESSAGE_CHARACTERS]


def _end(going: Going, state: RunState, message: str) -> None:
    """What was written and not published goes first; what of it cannot, the sweeper takes."""
    with suppress(StoreFault):
        going.shop.store.discard(going.run)
    journal = going.shop.registry.journal
    try:
        for steps, results in going.unrecorded:
            journal.record(steps, results)
    finally:
        journal.end(going.run, state, message)


def _standing(shop: Workshop, plan: Plan, recorded: Recorded) -> dict[LineName, Snapshot]:
    """The snapshots behind every line that the plan's work may read, in one question to the registry."""
    wanted: dict[LineName, SnapshotId] = {}
    for work in plan.work:
        wanted |= {step.line: p.snapshot for step in work.steps if (p := recorded.pointers.get(step.line))}
        product = shop.mesh.products.get(work.product)
        reads = shop.mesh.reads(product).values() if product else ()
        wanted |= {r.line: p.snapshot for r in reads if r.line and (p := recorded.pointers.get(r.line))}
    found = shop.registry.snapshots(set(wanted.values()))
    return {line: found[snapshot] for line, snapshot in wanted.items() if snapshot in found}


def _all(going: Going, plan: Plan) -> None:
    """Starts each product when all it waits for is done; at most as many at once as there are processors."""
    work = {product.product: product for product in plan.work}
    order = TopologicalSorter({name: [r for r in product.reads if r in work] for name, product in work.items()})
    running: dict[Future[ProductReport], ProductName] = {}
    pool = ThreadPoolExecutor(going.shop.workers, thread_name_prefix="product")
    with pool, going.stopping.by(going.shop.engine.interrupt):
        try:
            _in_turn(going, order, running, lambda name: pool.submit(_one, going, work[name]))
        except KeyboardInterrupt:
            going.stopping.end_all(lambda seconds: not wait(running, seconds).not_done)
            raise
        except BaseException:
            going.stopping.asked.set()
            raise


def _in_turn(
    going: Going,
    order: TopologicalSorter[ProductName],
    running: dict[Future[ProductReport], ProductName],
    begin: Callable[[ProductName], Future[ProductReport]],
) -> None:
    order.prepare()
    ready = deque(order.get_ready())
    while ready or running:
        # A few wait in the pool, so that no thread is idle while this one looks.
        while ready and len(running) < going.shop.workers * 2:
            name = ready.popleft()
            running[begin(name)] = name
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            name = running.pop(future)
            going.reports[name] = future.result()
            order.done(name)
        ready += order.get_ready()


def _one(going: Going, plan: ProductPlan) -> ProductReport:
    """One product, whatever becomes of it. Runs in a thread of its own."""
    began = time.perf_counter()
    going.observe(Event("began", plan.product))
    try:
        report = _waits(going, plan) or _made(going, plan, began)
    except WeftError as error:
        report = _failed(going, plan.product, error, time.perf_counter() - began)
        log = getattr(error, "log", "")
        said = INTERRUPTED if going.stopping.asked.is_set() else str(error)
        _record_failure(going, plan, report, f"{said}\n{log[-LOG_CHARACTERS:]}".rstrip())
    going.observe(Event("ended", plan.product, report=report))
    return report


def _failed(going: Going, product: ProductName, error: WeftError, seconds: float) -> ProductReport:
    if going.stopping.asked.is_set():
        return ProductReport(product, "waited", message=INTERRUPTED, seconds=seconds)
    message = f"{error}\n{printed(getattr(error, 'log', ''))}".rstrip()
    return ProductReport(product, "failed", (), getattr(error, "results", ()), message, seconds)


def _waits(going: Going, plan: ProductPlan) -> ProductReport | None:
    """A product that reads what failed keeps its last good snapshots, and says why it waited."""
    blocked = [read for read in plan.reads if (r := going.reports.get(read)) and r.state in ("failed", "waited")]
    if going.stopping.asked.is_set():
        return ProductReport(plan.product, "waited", message=INTERRUPTED)
    if not blocked:
        return None
    report = ProductReport(plan.product, "waited", message=f"it waits for {', '.join(blocked)}, which did not publish")
    _record_failure(going, plan, report, report.message)
    return report


def _made(going: Going, plan: ProductPlan, began: float) -> ProductReport:
    product = going.shop.mesh.products.get(plan.product)
    if product is None:
        return _removed(going, plan, began)
    settled = plan if _is_settled(plan) else product_plan(product, going.ground, going.desired, going.recorded)
    environment, stopping = going.recorded.environment, going.stopping
    job = Job(
        going.shop, going.desired, going.run, environment, product, settled, going.snapshots, going.before, stopping
    )
    size = size_read(job, going.recorded)
    with _beside_or_alone(going, product, size), _bench(job, light=size < LIGHT_BYTES) as making:
        try:
            making.make()
            going.consumers.hold(job, making)
            report, standing = publish(job, making, began)
        except WeftError as error:
            error.results = (*making.results, *getattr(error, "results", ()))  # type: ignore[attr-defined]
            if not stopping.asked.is_set():
                keep_failures(job, making)
            raise
    forget_failures(job)
    for line, snapshot in standing.items():
        going.snapshots[line] = snapshot
        going.ground.standing[line] = snapshot.id
    for table in report.tables:
        going.observe(Event("table", product.name, table))
    return report


def _is_settled(plan: ProductPlan) -> bool:
    """Whether nothing that it reads was yet to be built when it was planned."""
    return all(step.fingerprint or step.action == "remove" for step in plan.steps)


def _beside_or_alone(going: Going, product: Product, size: int) -> AbstractContextManager[None]:
    """Core data that is not small takes all threads for itself."""
    most = LIGHT_BYTES if product.core else HEAVY_BYTES
    return going.gate.alone() if size >= most else going.gate.beside()


@contextmanager
def _bench(job: Job, *, light: bool) -> Iterator[Making]:
    bench = job.shop.engine.bench(job.desired.as_of, light=light)
    try:
        yield Making(job, bench, job.desired.mesh.reads(job.product))
    finally:
        bench.close()


def _removed(going: Going, plan: ProductPlan, began: float) -> ProductReport:
    known: dict[ProductName, Product] = going.shop.registry.products([plan.product], going.recorded.environment)
    product = known[plan.product]
    domain = going.shop.mesh.domains.get(product.domain) or Domain(product.domain, "")
    publication = Publication(
        going.run, going.recorded.environment, product, (), removed=removal(plan.steps), gone=True
    )
    revision = going.shop.registry.publish(publication, domain)
    tables = tuple(TableReport(step.line, "removed", reasons=step.reasons) for step in plan.steps)
    return ProductReport(plan.product, "published", tables, (), "", time.perf_counter() - began, revision)


def _record_failure(going: Going, plan: ProductPlan, report: ProductReport, message: str) -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    state: Literal["failed", "skipped"] = "failed" if report.state == "failed" else "skipped"
    steps = [
        StepRecord(
            going.run, plan.product, step.line, step.action, "; ".join(step.reasons), state, now, message=message
        )
        for step in plan.steps
        if step.action != "nothing"
    ]
    results = [replace(result, run=going.run, at=now) for result in report.results]
    try:
        going.shop.registry.journal.record(steps, results)
    except RegistryFault:
        going.unrecorded.append((steps, results))


@contextmanager
def _heartbeat(going: Going) -> Iterator[None]:
    """Tells the registry that the run is alive, so that nobody sweeps what it writes; a run taken for dead stops."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            try:
                going.shop.registry.journal.heartbeat(going.run)
            except RegistryBusy:
                continue
            except RegistryFault:
                going.stopping.asked.set()
                return

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
