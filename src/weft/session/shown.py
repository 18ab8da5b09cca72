"""What an open mesh gives back: the values of plans, runs, proofs, pages and lineage, each able to show itself as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from weft.errors import ChecksFailed, Fault, Faults, WeftError
from weft.names import LineName
from weft.product.checks import CheckResult
from weft.query.history import Entry
from weft.query.lineage import Graph
from weft.query.search import Hit
from weft.run.report import ProductReport, ProofReport, RunReport
from weft.session.display import Cell, Grid, Shown, grid
from weft.session.planned import Choice, Planned
from weft.session.shown_changes import evolution_grids

if TYPE_CHECKING:
    from weft.plan.evolution import Edit, PortChange
    from weft.plan.impact import Reach

T = TypeVar("T")


def shown_as(kind: type[T], value: Any, **more: Any) -> T:
    """The same value, of the kind that shows itself."""
    return kind(**{field.name: getattr(value, field.name) for field in fields(value)}, **more)


@dataclass(frozen=True, slots=True, repr=False)
class PlanShown(Shown, Planned):
    """A plan: `plan` holds its steps, `choice` what it was asked for. `OpenMesh.apply(plan=...)` does this and nothing else."""

    choice: Choice = field(default_factory=Choice)
    fixed: tuple[Edit, ...] = ()
    """What was written before it."""

    @property
    def is_empty(self) -> bool:
        return self.plan.is_empty

    @property
    def is_refused(self) -> bool:
        """Whether `apply` would refuse it, as a version claims too little."""
        return any(self.evolution.refused)

    @property
    def changes(self) -> tuple[PortChange, ...]:
        """The lines of output ports that change for consumers, each with its `changes` and the versions they ask for."""
        return self.evolution.changed

    @property
    def impact(self) -> tuple[Reach, ...]:
        """Whom each change reaches: `consumers`, those that break first, with the evidence."""
        return self.evolution.reaches

    def grids(self) -> Sequence[Grid]:
        rows: list[tuple[Cell, ...]] = []
        for product in self.plan.work:
            steps = [step for step in product.steps if step.action != "nothing"]
            rows += [(product.product, leaf(step.line), step.action, "; ".join(step.reasons)) for step in steps]
            rows += [(product.product, "", "record", "; ".join(product.reasons))] if not steps else []
        standing = Counter(step.action for _, step in self.plan.steps())["nothing"]
        as_desired = f"{standing:,} table{'' if standing == 1 else 's'} as desired"
        note = (as_desired if standing else "") if rows else f"nothing to do: {as_desired}"
        where = self.plan.environment
        new = "" if self.recorded.is_made else f"{where} is not there yet: applying makes it of what prod points at"
        notes = "; ".join(part for part in (new, note) if part)
        found = [grid(f"plan for {where}", "product table action reasons", rows, notes)]
        if self.fixed:
            found.append(grid("written", "where old new", [(str(e.place), e.old, e.new) for e in self.fixed]))
        found += [*held_grids(self), *evolution_grids(self.evolution)]
        return [*found, faults_grid(self.warnings)] if self.warnings else found


def held_grids(planned: Planned) -> Iterator[Grid]:
    """What a rollback holds, and what was built on what it withdrew and stays as it is."""
    rows: list[tuple[Cell, ...]] = [
        (product.product, product.held) for product in planned.plan.products if product.held
    ]
    resting = planned.resting.items()
    rows += [(line, f"it was built on what was withdrawn of {cause}") for line, cause in resting]
    if rows:
        yield grid("rolled back", "what why", rows)


class RunShown(Shown, RunReport):
    """What an apply did, product by product; one that failed says so here, and raises nothing."""

    __slots__ = ()

    def raise_for_failure(self) -> RunShown:
        """Itself, where all was published. Raises: ChecksFailed where promises did not hold, WeftError for anything else."""
        failed = [product for product in self.products if product.state == "failed"]
        if self.succeeded:
            return self
        broken = all(any(result.blocks for result in product.results) for product in failed)
        told = "\n".join(f"{p.product}: {p.message}" for p in self.products if p.state in ("failed", "waited"))
        raise (ChecksFailed if broken and failed else WeftError)(told)

    def grids(self) -> Sequence[Grid]:
        if self.run is None:
            return (grid(f"nothing to do in {self.environment}", "product", ()),)
        rows = [_product_row(product) for product in self.products]
        title = f"run {self.run} in {self.environment}: {_states(self.products)}"
        found = [grid(title, "product state >tables >rows >seconds message", rows, "; ".join(self.untold))]
        if broken := [result for product in self.products for result in product.results if not_held(result)]:
            found.append(checks_grid("checks that did not hold", broken))
        return found


def _product_row(product: ProductReport) -> tuple[Cell, ...]:
    rows = sum(table.rows for table in product.tables)
    counts = f"{len(product.tables):,}", f"{rows:,}", f"{product.seconds:.2f}"
    return product.product, product.state, *counts, product.message


def _states(products: Sequence[ProductReport]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in Counter(product.state for product in products).items())


class ProofShown(Shown, ProofReport):
    """The checks of what is published, and what they found."""

    __slots__ = ()

    def raise_for_failure(self) -> ProofShown:
        """Itself, where no promise is broken. Raises: ChecksFailed."""
        if broken := [result for result in self.results if result.blocks]:
            raise ChecksFailed("\n".join(f"{result.line}: {result.check}: {_found(result)}" for result in broken))
        return self

    def grids(self) -> Sequence[Grid]:
        held = sum(result.outcome == "passed" for result in self.results)
        absent = f"nothing is published of {', '.join(self.unpublished)}" if self.unpublished else ""
        return (checks_grid(f"{held:,} of {len(self.results):,} checks hold", self.results, absent),)


def checks_grid(title: str, results: Sequence[CheckResult], note: str = "") -> Grid:
    rows = (
        (result.line, result.check, result.outcome, result.severity, _measured(result), result.threshold, _said(result))
        for result in results
    )
    return grid(title, "table check outcome severity >measured threshold message", rows, note)


def not_held(result: CheckResult) -> bool:
    return result.outcome in ("failed", "error")


def _measured(result: CheckResult) -> str:
    return "" if result.measured is None else f"{result.measured}{' %' if result.unit == 'percent' else ''}"


def _said(result: CheckResult) -> str:
    return "; ".join(part for part in (result.message, result.description) if part)


def _found(result: CheckResult) -> str:
    return result.message or f"found {_measured(result)}, {result.threshold}"


class FaultsShown(Shown, tuple[Fault, ...]):
    """Everything that is wrong as written, files and lines in order."""

    __slots__ = ()

    @property
    def succeeded(self) -> bool:
        return not any(fault.severity == "error" for fault in self)

    def raise_for_failure(self) -> FaultsShown:
        """Itself, where there are warnings at most. Raises: Faults."""
        if not self.succeeded:
            raise Faults(self)
        return self

    def grids(self) -> Sequence[Grid]:
        return (faults_grid(self),)


def faults_grid(faults: Sequence[Fault], title: str = "") -> Grid:
    rows = [(fault.severity, str(fault.place), fault.message, fault.mend) for fault in faults]
    counted = f"{len(rows):,} fault{'' if len(rows) == 1 else 's'}" if rows else "nothing is wrong as written"
    return grid(title or counted, "severity where what mend", rows)


class HitsShown(Shown, tuple[Hit, ...]):
    """What a search found, the best first."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        rows = [(hit.kind, hit.name, hit.title, hit.description, f"{hit.score:g}") for hit in self]
        return (grid("" if rows else "nothing is found", "kind name title description >score", rows),)


class HistoryShown(Shown, tuple[Entry, ...]):
    """Runs, the newest first."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        rows = [_entry_row(entry) for entry in self]
        names = "started_at command who state >seconds published failed run"
        return (grid("" if rows else "nothing has run", names, rows),)


def _entry_row(entry: Entry) -> tuple[Cell, ...]:
    seconds = "" if entry.seconds is None else f"{entry.seconds:.2f}"
    failed = "; ".join(f"{product}: {message}" for product, message in entry.failures) or entry.message
    began = f"{entry.started_at:%Y-%m-%d %H:%M:%S}"
    return began, entry.command, entry.who, entry.state, seconds, ", ".join(entry.published), failed, entry.run


class LineageShown(Shown, Graph):
    """Where something comes from and goes to, from the farthest upstream to the farthest downstream."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        nodes = self.tables or self.columns
        names = {node.id: node.name for node in self.nodes}
        above: dict[str, list[str]] = {}
        for edge in self.edges:
            above.setdefault(edge.target, []).append(names[edge.source])
        rows = [
            (f"{node.distance:+d}" if node.distance else "0", node.kind, node.name, ", ".join(above.get(node.id, ())))
            for node in nodes
        ]
        return (grid(f"lineage of {self.name}", ">steps kind name comes_from", rows),)


def leaf(line: LineName) -> str:
    """`departures@1`: a version has dots of its own."""
    table, at, label = line.partition("@")
    return f"{table.rpartition('.')[2]}{at}{label}"
