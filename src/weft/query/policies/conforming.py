"""How a mesh stands to its policies: as it is applied, or with what is written in place of what is applied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.errors import Fault
from weft.names import ProductName, product_name
from weft.product.candidate import NOTHING, Candidate
from weft.product.mesh import Mesh
from weft.product.policy import Outcome, Policy, Violation, violation
from weft.product.rule import Waiver
from weft.product.subject import subject_of
from weft.query.library import Ground
from weft.query.policies.binding import binding
from weft.query.policies.computing import Readable, outcomes, readable
from weft.query.telling import told_to_all
from weft.workspace.policies import Written

if TYPE_CHECKING:
    import pyarrow as pa

BY_COLUMN = ("column_lineage", "classifications", "consumers")
"""Relations that tell how columns are computed: for those alone the SQL of a candidate is followed."""


@dataclass(frozen=True, slots=True)
class Conformance:
    """What all policies found, and what of them could not be computed.

    `spoilt` are faults of policies that can be computed over what is recorded, and not over the candidate: it may not be let
    pass by that. `faults` are their owners' to mend.
    """

    policies: tuple[Policy, ...] = ()
    violations: tuple[Violation, ...] = ()
    faults: tuple[Fault, ...] = ()
    spoilt: tuple[Fault, ...] = ()
    mesh: Mesh = field(default_factory=lambda: Mesh(""))
    """Of what is violated: its products and all domains."""
    seconds: float = 0.0
    failed: frozenset[str] = frozenset()
    """The policies that could not be computed: what they would find is not known."""


def conformance(
    ground: Ground, candidate: Candidate = NOTHING, among: Mesh | None = None, bound: Written | None = None
) -> Conformance:
    """What the policies that bind, or `bound`, find. `among` is the mesh that the candidate's products read within.

    Raises: RegistryFault.
    """
    bound = binding(ground) if bound is None else bound
    if not bound.policies:
        return Conformance(faults=bound.faults)
    began = time.perf_counter()
    ready, refused = _readable(bound.policies)
    found = _outcomes(ground, ready, _followed(candidate, among, _relations(ready)))
    spoilt = _spoilt(ground, ready, found) if candidate else ()
    mesh = _mesh(ground, candidate, found)
    violations = _violations(found, ground.registry.rules.waivers(), mesh)
    faults = [one.fault for one in (*refused, *found) if one.fault and one.policy.name not in spoilt]
    told = [one.fault for one in found if one.fault and one.policy.name in spoilt]
    seconds = time.perf_counter() - began
    failed = frozenset(one.policy.name for one in (*refused, *found) if one.fault)
    return Conformance(bound.policies, violations, (*bound.faults, *faults), tuple(told), mesh, seconds, failed)


def _readable(policies: Iterable[Policy]) -> tuple[tuple[Readable, ...], tuple[Outcome, ...]]:
    from weft.registry.facts import RELATIONS

    return readable(policies, RELATIONS)


def _relations(ready: Iterable[Readable]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(relation for one in ready for relation in one.relations))


def _outcomes(ground: Ground, ready: Sequence[Readable], candidate: Candidate) -> tuple[Outcome, ...]:
    return outcomes(ready, _facts(ground, _relations(ready), candidate), ground.settings.engine)


def _facts(ground: Ground, relations: Sequence[str], candidate: Candidate) -> Mapping[str, pa.Table]:
    """What the registry does not know alone is computed here."""
    found = {name: COMPUTED[name](ground, candidate) for name in relations if name in COMPUTED}
    names = [name for name in relations if name not in COMPUTED]
    if not candidate and ground.settings.engine.is_apart:
        # A server's library is of one state of the registry, and has most of its relations at hand.
        journal = ground.registry.journal
        recorded = {name: journal.facts(name, ground.environment) for name in names}
    else:
        recorded = ground.registry.rules.facts(names, ground.environment, candidate)
    told = {name: told_to_all(name, table) for name, table in recorded.items()}
    if "columns" in told:
        from weft.query.classifying import columns_classified

        told["columns"] = columns_classified(told["columns"], ground)
    return found | told


def _policies(ground: Ground, _: Candidate) -> pa.Table:
    from weft.query.policies.listed import policies_table

    return policies_table(ground)


def _classifications(ground: Ground, candidate: Candidate) -> pa.Table:
    from weft.query.classes import classifications_table

    return classifications_table(ground, candidate)


def _classification_rules(ground: Ground, _: Candidate) -> pa.Table:
    from weft.query.classifying import classification_rules_table

    return classification_rules_table(ground)


COMPUTED: Mapping[str, Callable[[Ground, Candidate], pa.Table]] = {
    "policies": _policies,
    "classifications": _classifications,
    "classification_rules": _classification_rules,
}


def _followed(candidate: Candidate, among: Mesh | None, relations: Iterable[str]) -> Candidate:
    """With how the candidate's columns are computed, where a policy asks for it."""
    if among is None or not candidate.products or not {*BY_COLUMN} & {*relations}:
        return candidate
    from weft.plan.lineage import lineage_of

    return replace(candidate, edges={product.name: lineage_of(product, among) for product in candidate.products})


def _spoilt(ground: Ground, ready: Sequence[Readable], found: Iterable[Outcome]) -> frozenset[str]:
    """The policies that only the candidate keeps from being computed."""
    failed = {one.policy.name for one in found if one.fault}
    again = [one for one in ready if one.policy.name in failed]
    return (
        frozenset(one.policy.name for one in _outcomes(ground, again, NOTHING) if not one.fault)
        if again
        else frozenset()
    )


def _mesh(ground: Ground, candidate: Candidate, found: Iterable[Outcome]) -> Mesh:
    """All domains, and the products that something was found of."""
    subjects = [row.subject for one in found for row in one.found]
    if not subjects:
        return Mesh("")
    domains = {domain.name: domain for domain in ground.registry.domains(ground.environment)}
    domains |= {domain.name: domain for domain in candidate.domains}
    written = {product.name: product for product in candidate.products}
    names = {name for subject in subjects if (name := _product(subject))} - written.keys()
    recorded = ground.registry.products(names, ground.environment) if names else {}
    return Mesh("", domains, {n: p for n, p in (recorded | written).items() if n not in candidate.gone})


def _product(subject: str) -> ProductName | None:
    words = subject.partition("@")[0].split(".")
    return product_name(*words[:2]) if len(words) > 1 else None


def _violations(found: Iterable[Outcome], waivers: Sequence[Waiver], mesh: Mesh) -> tuple[Violation, ...]:
    """Within the scope of their policies, each once, by policy and subject."""
    today = datetime.now(UTC).date()
    rows = (
        (one.policy, row, waivers, today)
        for one in found
        for row in dict.fromkeys(one.found)
        if one.policy.is_for(row.subject)
    )
    placed = (_placed(violation(*row), mesh) for row in rows)
    return tuple(sorted(placed, key=lambda one: (one.policy.name, one.subject, one.found.message)))


def _placed(one: Violation, mesh: Mesh) -> Violation:
    return replace(one, place=subject_of(one.subject, mesh).place)
