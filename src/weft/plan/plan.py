"""The plan: for each table build, reuse, check or nothing, and why; a pure function of what is desired and what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from weft.names import LineName, ProductName, SnapshotId, domain_of, leaf_of
from weft.plan.core_past import core_lines, identity, stands
from weft.plan.fingerprint import TO_COME, Ground, Parts, checks_digest, parts_of
from weft.plan.partial import Partial, partial, prospect
from weft.plan.reasons import reasons_of
from weft.product.environment import Hold
from weft.product.mesh import Mesh
from weft.product.order import in_order
from weft.product.product import OutputPort, Product
from weft.product.snapshot import Pointer, Recorded, SourceState
from weft.sql.remembered import Remembered

STILL_KEPT = "a snapshot made of the same is still kept"
Action = Literal["build", "reuse", "check", "nothing", "remove"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for one table of one line.

    `fingerprint` is empty where it depends on what this plan builds first; `snapshot` is what is kept or reused.
    `expects` is the revision of the pointer that was seen, 0 where there was none.
    """

    line: LineName
    action: Action
    reasons: tuple[str, ...] = ()
    fingerprint: str = ""
    parts: Parts = field(default_factory=dict)
    checks: str = ""
    snapshot: SnapshotId | None = None
    expects: int = 0
    partial: Partial | None = None
    """How it is built in part; None where it is built whole."""
    native: SnapshotId | None = None
    """The last snapshot that the line's own transform made, where a bridge takes over with this step."""


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """One product's steps, in the order of its promises. `publishes` says whether anything of it is to be recorded anew."""

    product: ProductName
    steps: tuple[Step, ...]
    reasons: tuple[str, ...] = ()
    reads: tuple[ProductName, ...] = ()
    held: str = ""
    """Why nothing is done though it is not as desired: it was rolled back and not resumed."""

    @property
    def publishes(self) -> bool:
        return bool(self.reasons) or any(step.action != "nothing" for step in self.steps)

    @property
    def builds(self) -> bool:
        return any(step.action == "build" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Plan:
    """Products in the order of reading, producers first. `revision` is the registry's when it was read."""

    environment: str
    as_of: datetime
    revision: int
    products: tuple[ProductPlan, ...]

    @property
    def work(self) -> tuple[ProductPlan, ...]:
        return tuple(product for product in self.products if product.publishes)

    @property
    def is_empty(self) -> bool:
        return not self.work

    def steps(self) -> Iterator[tuple[ProductPlan, Step]]:
        return ((product, step) for product in self.products for step in product.steps)


@dataclass(frozen=True, slots=True)
class Desired:
    """What the folders and the outside say: the mesh, its sources as they are now, which products are meant, and the time.

    `full` builds every selected table anew. `resumed` are products that go on though they were rolled back.
    """

    mesh: Mesh
    sources: dict[tuple[ProductName, str], SourceState]
    selected: frozenset[ProductName]
    as_of: datetime
    full: bool = False
    resumed: frozenset[ProductName] = frozenset()
    because: str = ""
    """Why lines that are still read go nevertheless: the run's record and all who read them are told."""
    against: str = ""
    """What stood against it: who reads them."""
    unagreed: dict[tuple[ProductName, LineName], tuple[str, str]] = field(default_factory=dict)
    """What a product may not read, as it has no agreement: why, and how to ask."""
    remembered: Remembered = field(default_factory=Remembered, compare=False)
    """What is known of texts already, so that they are not read again."""


def plan(desired: Desired, recorded: Recorded) -> Plan:
    """What is to be done so that the selected products stand as desired. Raises: ValueError on a circle of products."""
    ground = ground_of(desired, recorded)
    standing = ground.standing
    products = desired.mesh.products
    upstream = {name: desired.mesh.upstream(products[name]) for name in sorted(desired.selected) if name in products}
    planned: list[ProductPlan] = []
    for name in in_order(upstream):
        found = product_plan(products[name], ground, desired, recorded)
        for step in found.steps:
            if step.action == "build":
                standing[step.line] = TO_COME
            elif step.snapshot is not None and step.action != "remove":
                standing[step.line] = step.snapshot
        planned.append(found)
    return Plan(recorded.environment, desired.as_of, recorded.revision, (*planned, *_removals(desired, recorded)))


def ground_of(desired: Desired, recorded: Recorded) -> Ground:
    """Every line where it stands now; a plan and a run move it on as they go."""
    standing: dict[str, SnapshotId | str] = {line: pointer.snapshot for line, pointer in recorded.pointers.items()}
    return Ground(desired.mesh, standing, {(str(p), r): s for (p, r), s in desired.sources.items()}, desired.as_of)


def product_plan(product: Product, ground: Ground, desired: Desired, recorded: Recorded) -> ProductPlan:
    """One product's steps, once what stands upstream is known: a run asks again when that has been built."""
    hold = recorded.holds.get(product.name)
    if hold is not None and product.name not in desired.resumed:
        return held_plan(product, hold, desired, recorded)
    steps = []
    for (table, label), parts in parts_of(product, ground).items():
        line = product.line(table, label)
        found = desired.mesh.promise(line)
        checks = checks_digest(found[1]) if found else ""
        steps.append(_step(product, line, parts, checks, (desired, recorded)))
    steps = _proved_together(product, _made_together(product, steps, recorded), desired.mesh)
    promised = {step.line for step in steps}
    retired = {line for port in product.output_ports for line in _retired(product, port)}
    gone = (p for p in recorded.of(product.name) if p.line not in promised)
    steps += [_removal(p, "its contract is retired") if p.line in retired else _removal(p) for p in gone]
    reasons = []
    if recorded.digests.get(product.name) != product.digest:
        reasons.append("it is new" if product.name not in recorded.digests else "its documents changed")
    if any(step.action == "build" for step in steps):
        reasons += [state.fault for (name, _), state in desired.sources.items() if name == product.name and state.fault]
    if hold is not None:
        reasons.append(f"it goes on after the rollback of {_when(hold)}")
    return ProductPlan(product.name, tuple(steps), tuple(reasons), desired.mesh.upstream(product))


def _made_together(product: Product, steps: list[Step], recorded: Recorded) -> list[Step]:
    """The tables of core data are made by one matching: where one of them is built, all are."""
    lines = core_lines(product)
    first = next((step for step in steps if step.line in lines and step.action == "build"), None)
    if first is None:
        return steps
    said = f"it is made together with `{leaf_of(first.line)}`"
    return [_built_too(product, step, said, recorded) if step.line in lines else step for step in steps]


def _proved_together(product: Product, steps: list[Step], mesh: Mesh) -> list[Step]:
    """A table that stays is proved again where another of the product moves that its relationships name: they are published as one."""
    moving = {step.line for step in steps if step.action in ("build", "reuse")}
    return [_proved_too(product, step, moving, mesh) for step in steps] if moving else steps


def _proved_too(product: Product, step: Step, moving: Set[LineName], mesh: Mesh) -> Step:
    found = mesh.promise(step.line) if step.action == "nothing" else None
    made = product.lines_made
    named = [product.meant_by(one.to_table, step.line) for one in found[1].relationships] if found else []
    said = [f"`{name}`, which it refers to, moves" for name in named if made.get(name) in moving]
    return replace(step, action="check", reasons=tuple(dict.fromkeys(said))) if said else step


def _built_too(product: Product, step: Step, said: str, recorded: Recorded) -> Step:
    if step.action == "build":
        return step
    pointer = recorded.pointers.get(step.line)
    reasons = (said,) if step.action != "reuse" else tuple(r for r in step.reasons if r != STILL_KEPT)
    known, before = identity(product, step.line, step.parts, recorded), pointer.snapshot if pointer else None
    return replace(step, action="build", reasons=reasons or (said,), fingerprint=known, snapshot=before)


def _retired(product: Product, port: OutputPort) -> tuple[LineName, ...]:
    contract = product.promise(port)
    return contract.lines(product.name) if contract and contract.is_retired else ()


def held_plan(product: Product, hold: Hold, desired: Desired, recorded: Recorded) -> ProductPlan:
    """What was rolled back stays where it stands, whatever its folder says."""
    steps = tuple(
        Step(p.line, "nothing", (), p.fingerprint, p.parts, p.checks, p.snapshot, p.revision)
        for p in recorded.of(product.name)
    )
    because = f" ({hold.because})" if hold.because else ""
    why = f"held since {_when(hold)} by {hold.who}{because}; apply with --resume {product.name} to go on"
    return ProductPlan(product.name, steps, (), desired.mesh.upstream(product), why)


def _when(hold: Hold) -> str:
    return f"{hold.since:%Y-%m-%d %H:%M:%S} UTC"


def _step(product: Product, line: LineName, parts: Parts, checks: str, values: tuple[Desired, Recorded]) -> Step:
    desired, recorded = values
    pointer = recorded.pointers.get(line)
    known = identity(product, line, parts, recorded)
    expects = pointer.revision if pointer else 0
    if desired.full:
        asked = ("a full build was asked for",)
        return Step(line, "build", asked, known, parts, checks, None, expects, None, _native(parts, pointer))
    if pointer and stands(product, pointer, known, parts):
        if pointer.checks == checks:
            return Step(line, "nothing", (), pointer.fingerprint, parts, checks, pointer.snapshot, expects)
        what = ("what its contract promises changed",)
        return Step(line, "check", what, pointer.fingerprint, parts, checks, pointer.snapshot, expects)
    reasons = reasons_of(product, line, parts, (desired.mesh, recorded, desired.sources))
    if known and (found := recorded.kept.get(known)):
        same = (*reasons, STILL_KEPT)
        return Step(line, "reuse", same, known, parts, checks, found, expects, None, _native(parts, pointer))
    before = pointer.snapshot if pointer else None
    part, said = _partly(product, line, (parts, pointer), desired)
    return Step(line, "build", (*reasons, *said), known, parts, checks, before, expects, part, _native(parts, pointer))


def _partly(
    product: Product, line: LineName, parts: tuple[Parts, Pointer | None], desired: Desired
) -> tuple[Partial | None, tuple[str, ...]]:
    """How a parted table is built in part, and what is said of it."""
    now, pointer = parts
    over = desired.mesh, desired.remembered
    if "parts" not in now:
        return None, ()
    if pointer is None:
        return None, (prospect(product, line, over),)
    found = partial(product, line, (now, pointer.parts), over)
    if isinstance(found, str):
        is_other = any(now.get(name) != pointer.parts.get(name) for name in ("parts", "behind"))
        said = (prospect(product, line, over),) if is_other else ()
        return None, (f"it is made whole: {found}", *said)
    what = "new files" if found.parting.kind == "append" else f"changed values of {', '.join(found.parting.keys)}"
    found = replace(found, proved=pointer.checks)
    return found, (f"only the parts of {what} are made",)


def _native(parts: Parts, pointer: Pointer | None) -> SnapshotId | None:
    if "bridge" not in parts or pointer is None or "bridge" in pointer.parts:
        return None
    return pointer.snapshot


def _removal(pointer: Pointer, why: str = "no contract of the product promises it any more") -> Step:
    return Step(
        pointer.line, "remove", (why,), pointer.fingerprint, {}, pointer.checks, pointer.snapshot, pointer.revision
    )


def _removals(desired: Desired, recorded: Recorded) -> Iterator[ProductPlan]:
    """Products whose folder is gone from a domain that is here; a domain that is absent is not removed."""
    gone = [
        name
        for name in recorded.digests
        if name not in desired.mesh.products and domain_of(name) in desired.mesh.domains and name in desired.selected
    ]
    for name in sorted(gone):
        why = "the product's folder is gone"
        yield ProductPlan(name, tuple(_removal(pointer, why) for pointer in recorded.of(name)), (why,))
