"""What policies find in what is applied, as rows of `mesh.violations`: conformance of the whole mesh at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weft.product.mesh import Mesh
from weft.product.policy import Violation
from weft.product.subject import subject_of
from weft.query.library import Ground
from weft.query.policies.conforming import conformance
from weft.registry.facts import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa


def violations_table(ground: Ground) -> pa.Table:
    """`mesh.violations`, computed anew: waivers and graces end with the day."""
    found = conformance(ground)
    return RELATIONS["violations"].of([_row(violation, found.mesh) for violation in found.violations])


def _row(one: Violation, mesh: Mesh) -> tuple[Any, ...]:
    subject, waiver = subject_of(one.subject, mesh), one.waiver
    of = (subject.domain, subject.product, subject.line, one.subject, one.found.message, one.found.mend)
    until = one.policy.grace_until.isoformat() if one.policy.grace_until else None
    waived = (waiver.who, waiver.until.isoformat(), waiver.reason) if waiver else (None, None, None)
    return (one.policy.name, one.policy.title, one.standing, *of, until, *waived, one.place.file, one.place.line)
