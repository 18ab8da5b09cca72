"""A violation as a program reads it, on one level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from weft.product.mesh import Mesh
from weft.product.policy import Standing, Violation
from weft.product.subject import subject_of
from weft.query.policies.conforming import Conformance
from weft.query.policies.owners import owners


@dataclass(frozen=True, slots=True)
class Reported:
    """`domain` and `product` are those of the subject, None where it names nothing in the mesh; `owners` are their people.

    `grace_until` and the waiver's day are in UTC; the waiver may be over: then the standing is no `waived`.
    """

    policy: str
    standing: Standing
    subject: str
    domain: str | None
    product: str | None
    owners: tuple[str, ...]
    message: str
    mend: str
    grace_until: date | None
    waived_by: str | None
    waived_until: date | None
    waived_because: str | None
    file: str
    line: int


def reported(found: Conformance) -> tuple[Reported, ...]:
    """By policy and subject."""
    return tuple(_reported(one, found.mesh) for one in found.violations)


def _reported(one: Violation, mesh: Mesh) -> Reported:
    subject, waiver, policy = subject_of(one.subject, mesh), one.waiver, one.policy
    return Reported(
        policy=policy.name,
        standing=one.standing,
        subject=one.subject,
        domain=subject.domain,
        product=subject.product,
        owners=owners(one.subject, mesh),
        message=one.found.message,
        mend=one.found.mend,
        grace_until=policy.grace_until,
        waived_by=waiver.who if waiver else None,
        waived_until=waiver.until if waiver else None,
        waived_because=waiver.reason if waiver else None,
        file=one.place.file,
        line=one.place.line,
    )
