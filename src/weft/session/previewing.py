"""`weft preview`: what a preview does to each of those who are invited to it, and what they say of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.access import Reader
from weft.errors import Fault, Refused, Unknown, WeftError
from weft.names import LineName, ProductName, product_of
from weft.product.checks import CheckResult
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.preview import Invitation, Verdict
from weft.product.product import Product
from weft.session.session import Session

if TYPE_CHECKING:
    from weft.query.difference import Difference
    from weft.query.facts import Facts


@dataclass(frozen=True, slots=True)
class Preview:
    """One preview as it is published: its product, its port's contract, and who is invited; `until` is in the invitation."""

    product: Product
    port: str
    contract: Contract
    invitation: Invitation

    @property
    def version(self) -> str:
        return self.contract.version

    @property
    def name(self) -> str:
        return f"{self.product.name}.{self.port}@{self.version}"

    @property
    def lines(self) -> tuple[LineName, ...]:
        return self.contract.lines(self.product.name)


@dataclass(frozen=True, slots=True)
class Tried:
    """One invited consumer. `reads` are the lines that the preview would take the place of; a person reads none.

    `faults` are why its SQL does not bind, `failure` is why it does not run, `results` are the checks of what came out;
    `expectations` are what it wrote down of the table, held against the preview; `differences` lead from what it has published
    to what came out.
    """

    who: str
    is_person: bool
    reads: tuple[LineName, ...] = ()
    faults: tuple[Fault, ...] = ()
    failure: str = ""
    results: tuple[CheckResult, ...] = ()
    expectations: tuple[CheckResult, ...] = ()
    differences: tuple[Difference, ...] = ()
    verdict: Verdict | None = None
    seconds: float = 0.0

    @property
    def binds(self) -> bool | None:
        """None where it has nothing to bind."""
        return not self.faults if self.reads else None

    @property
    def runs(self) -> bool | None:
        """None where it was not run."""
        return not self.failure if self.binds else None

    @property
    def breaks(self) -> bool:
        """Whether it could not go on as it is."""
        return bool(self.faults or self.failure or any(r.blocks for r in (*self.results, *self.expectations)))


@dataclass(frozen=True, slots=True)
class Previewed:
    """A preview, and each of the invited in the order of `build.yaml`."""

    preview: Preview
    environment: str
    consumers: tuple[Tried, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Listed:
    """`verdicts` are the newest of each."""

    preview: Preview
    verdicts: dict[str, Verdict]


def listed(session: Session) -> tuple[Listed, ...]:
    """Every preview that was applied in the session's environment, by name."""
    from weft.query.facts import Facts

    found = sorted(previews_of(Facts(session.library).mesh), key=lambda one: one.name)
    known = session.registry.previews
    return tuple(Listed(one, newest(known.verdicts(one.product.name), one.port, one.version)) for one in found)


def preview(session: Session, name: str) -> Previewed:
    """Binds and runs each invited consumer's own transforms over a preview; nothing is published.

    Raises: Unknown, with the closest preview; Refused where it is not published.
    """
    from weft.query.facts import Facts

    began = time.perf_counter()
    facts = Facts(session.library, session.mesh)
    found = preview_named(facts.mesh, name)
    if missing := [line for line in found.lines if line not in facts.recorded.pointers]:
        mend = f"Publish it: weft apply --select {found.product.name}"
        raise Refused(f"{missing[0]} is not published in {session.environment}", mend=mend)
    said = newest(session.registry.previews.verdicts(found.product.name), found.port, found.version)
    consumers = tuple(_tried(session, facts, found, who, said.get(who)) for who in found.invitation.invites)
    return Previewed(found, session.environment, consumers, time.perf_counter() - began)


def preview_named(mesh: Mesh, name: str) -> Preview:
    """`domain.product.port@1.3.0-beta.1`, or a table of that port. Raises: Unknown."""
    known = {one.name: one for one in previews_of(mesh)}
    found = known.get(name) or next((one for one in known.values() if name in one.lines), None)
    if found is None:
        raise Unknown(
            "preview", name, known, mend="" if known else "No port of this mesh has a version such as 1.3.0-beta.1."
        )
    return found


def previews_of(mesh: Mesh) -> Iterator[Preview]:
    for product in mesh.products.values():
        for port in product.output_ports:
            contract = product.promise(port)
            if contract and contract.semantic_version.is_preview:
                said = (one for one in product.build.previews if (one.port, one.version) == (port.name, port.version))
                yield Preview(product, port.name, contract, next(said, Invitation(port.name, port.version)))


def newest(verdicts: tuple[Verdict, ...], port: str, version: str) -> dict[str, Verdict]:
    """What each said last of one preview."""
    return {one.who: one for one in verdicts if (one.port, one.version) == (port, version) and one.word != "reason"}


def _tried(session: Session, facts: Facts, found: Preview, who: str, verdict: Verdict | None) -> Tried:
    began = time.perf_counter()
    product = facts.mesh.products.get(Reader(who).product or ProductName(""))
    if product is None:
        return Tried(who, Reader(who).product is None, verdict=verdict)
    mesh, reads = moved(facts.mesh, product, found)
    if not reads:
        return Tried(who, False, verdict=verdict)
    tried = Tried(who, False, reads, expectations=_expected(session, facts, found, product.name), verdict=verdict)
    if faults := _faults(session, mesh, product.name):
        return replace(tried, faults=faults, seconds=time.perf_counter() - began)
    try:
        tried = _run(session, facts, (mesh, found), tried)
    except WeftError as error:
        tried = replace(tried, failure=str(error))
    return replace(tried, seconds=time.perf_counter() - began)


def _expected(session: Session, facts: Facts, found: Preview, who: ProductName) -> tuple[CheckResult, ...]:
    """What it wrote down of the stable line, held against the preview."""
    from weft.run.expecting import expectations_held

    pointers, shop = facts.recorded.pointers, replace(session.workshop, mesh=facts.mesh)
    snapshots = session.registry.snapshots(pointers[line].snapshot for line in found.lines)
    held = (expectations_held(shop, snapshot.line, snapshot, [who]) for snapshot in snapshots.values())
    return tuple(result for results in held for result in results)


def moved(mesh: Mesh, product: Product, found: Preview) -> tuple[Mesh, tuple[LineName, ...]]:
    """The mesh in which a consumer's inputs ask for the preview instead, and the lines that they read until now."""
    read = [r for r in mesh.reads(product).values() if r.line and product_of(r.line) == found.product.name]
    lines = tuple(dict.fromkeys(r.line for r in read if r.contract.id == found.contract.id and r.line))
    ports = {r.port.name for r in read if r.contract.id == found.contract.id}
    inputs = tuple(replace(p, version=found.version) if p.name in ports else p for p in product.input_ports)
    asking = replace(product, input_ports=inputs)
    return replace(mesh, products={**mesh.products, product.name: asking}), lines


def _faults(session: Session, mesh: Mesh, name: ProductName) -> tuple[Fault, ...]:
    from weft.check import check

    found = check(mesh, (), session.engine, frozenset({name}))
    return tuple(fault for fault in found if fault.severity == "error")


def _run(session: Session, facts: Facts, over: tuple[Mesh, Preview], tried: Tried) -> Tried:
    from weft.plan.plan import Desired
    from weft.query.difference import against
    from weft.run.rehearsing import rehearsed

    mesh, found = over
    product = mesh.products[ProductName(tried.who)]
    desired = Desired(mesh, {}, frozenset({product.name}), datetime.now(UTC))
    shop = replace(session.workshop, mesh=mesh)
    lines = _reached(mesh, product, found)
    with rehearsed(shop, (desired, facts.recorded), product, lines) as made:
        differences = tuple(against(session.library, t.line, (t.table, t.paths, t.rows)) for t in made.tables)
    return replace(tried, results=made.results, differences=differences)


def _reached(mesh: Mesh, product: Product, found: Preview) -> frozenset[LineName]:
    """The product's own lines that are made of the preview, directly or through each other."""
    from weft.query.origins import reads_of

    reads, reached = reads_of(product, mesh), set(found.lines)
    while more := {line for line, sources in reads.items() if line not in reached and reached & {*sources}}:
        reached |= more
    return frozenset(reached - set(found.lines))
