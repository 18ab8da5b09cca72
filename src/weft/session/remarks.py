"""What a verdict has to say of a line of a file: faults, claims that are too small, tests and checks that do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from weft.errors import Fault, Place, sentence
from weft.names import ProductName, product_of
from weft.plan.evolution import PortChange, PortLine
from weft.standards.odps import MANIFEST

if TYPE_CHECKING:
    from weft.plan.evolution.values import Refusable
    from weft.product.checks import CheckResult
    from weft.product.mesh import Mesh
    from weft.run.report import ProductReport
    from weft.session.integrating import Verdict

Level = Literal["error", "warning", "notice"]
LEVELS: dict[str, Level] = {"error": "error", "info": "notice"}


@dataclass(frozen=True, slots=True)
class Remark:
    """`place` is relative to the mesh's root."""

    level: Level
    place: Place
    title: str
    message: str


def remarks(verdict: Verdict) -> Iterator[Remark]:
    """Each once, in the order in which they were found."""
    yield from dict.fromkeys(_remarks(verdict))


def _remarks(verdict: Verdict) -> Iterator[Remark]:
    yield from (_of_fault(fault, "as written") for fault in verdict.faults)
    yield from (_of_fault(fault, "policy") for fault in verdict.policies)
    for refused in verdict.evolution.refused:
        yield _of_claim(refused, verdict.mesh)
    for case in verdict.cases:
        if not case.passed:
            what = (
                case.message
                or f"rows that did not come: {len(case.missing):,}; that came and were not expected: {len(case.surplus):,}"
            )
            yield Remark("error", case.case.place, f"test {case.case.name}", what)
    for product in verdict.report.products if verdict.report else ():
        yield from _of_product(product, verdict.mesh)


def _of_fault(fault: Fault, title: str) -> Remark:
    level = LEVELS.get(fault.severity, "warning")
    return Remark(level, fault.place, title, f"{sentence(fault.message)} {sentence(fault.mend)}".strip())


def _of_claim(refused: Refusable, mesh: Mesh) -> Remark:
    """At the line to be edited, else where the contract begins, else at the manifest."""
    edits = refused.edits if isinstance(refused, PortChange) else ()
    told = [f"{sentence(refused.refusal)} {refused.mend}".strip(), *(str(edit) for edit in edits)]
    version, place = _claimed(refused, mesh)
    return Remark(
        "error", edits[0].place if edits else place, f"{refused.product}.{refused.port} {version}", "\n".join(told)
    )


def _claimed(refused: Refusable, mesh: Mesh) -> tuple[str, Place]:
    match refused:
        case PortChange(new=contract) | PortLine(contract=contract):
            return contract.version, contract.place
        case _:
            return refused.version, _manifest(refused.product, mesh)


def _manifest(name: ProductName, mesh: Mesh) -> Place:
    product = mesh.products.get(name)
    return Place(f"{product.folder}/{MANIFEST}" if product else name)


def _of_product(report: ProductReport, mesh: Mesh) -> Iterator[Remark]:
    folder = _manifest(report.product, mesh)
    if report.state == "failed" and not any(result.blocks for result in report.results):
        yield Remark("error", folder, f"{report.product} failed", report.message)
    if report.state == "waited":
        yield Remark("warning", folder, f"{report.product} waited", report.message)
    for result in report.results:
        if result.outcome in ("failed", "error"):
            yield _of_check(result, mesh, folder)


def _of_check(result: CheckResult, mesh: Mesh, otherwise: Place) -> Remark:
    promised = mesh.promise(result.line)
    whose = f" (expected by {result.consumer})" if result.consumer else ""
    found = result.message or f"found {result.measured}, {result.threshold}"
    said = f"{result.line}: {result.check} does not hold{whose}: {found}."
    how = "" if result.consumer else f" See the rows: weft test {product_of(result.line)} --failures"
    place = promised[0].place if promised else otherwise
    return Remark("error" if result.blocks else "warning", place, result.check, said + how)
