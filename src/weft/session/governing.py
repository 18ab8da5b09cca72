"""What policies say of what is written, before it is applied: asked of the products that changed, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from weft.errors import Fault, Faults
from weft.names import PROD, ProductName, domain_of
from weft.product.candidate import Candidate
from weft.product.policy import Violation
from weft.product.subject import subject_of
from weft.query.library import Ground
from weft.query.policies import Conformance, conformance
from weft.query.policies.binding import Within
from weft.workspace.policies import written

if TYPE_CHECKING:
    from weft.plan.promotion import Promotion
    from weft.product.mesh import Mesh
    from weft.registry.seam import Registry
    from weft.session.opened import Opened
    from weft.settings import Settings


def faults_of_policies(session: Opened, of: Iterable[ProductName]) -> tuple[Fault, ...]:
    """What policies find in some products as they are written, and in their domains; and what is wrong with the policies.

    A policy that cannot be computed is its owner's to mend, and a warning: unless only what is written keeps it from it.
    """
    names = frozenset(of) - session.loaded.broken
    return told_of(session, candidate_of(session, names), session.mesh, names)


def faults_of_folder(session: Opened) -> tuple[Fault, ...]:
    """What is wrong with policies that lie in the folder, where others were published and bind: they are to be published right."""
    own = written(session.settings)
    if not (own.policies or own.faults) or not session.registry.rules.published("policy"):
        return ()
    return conformance(session, bound=own).faults


def told_of(
    ground: Ground, candidate: Candidate, among: Mesh | None, names: frozenset[ProductName]
) -> tuple[Fault, ...]:
    """What policies find in some products, as they stand in a candidate; behind a server they are asked there."""
    if ground.settings.is_remote:
        from weft.registry.remote import RemoteRegistry

        if isinstance(ground.registry, RemoteRegistry):
            return ground.registry.governed(ground.environment, candidate, names)
    return _told(conformance(ground, candidate, among), names)


def _told(found: Conformance, names: frozenset[ProductName]) -> tuple[Fault, ...]:
    own = [one.fault for one in found.violations if _is_of(one, found.mesh, names)]
    return tuple(dict.fromkeys((*own, *found.spoilt, *_faults_of_owners(found))))


def candidate_of(session: Opened, names: Iterable[ProductName]) -> Candidate:
    """Those that are written otherwise than they were applied, with their domains, and those that are there no more."""
    recorded, mesh = session.recorded.digests, session.mesh
    changed = [mesh.products[n] for n in sorted(names) if recorded.get(n) != mesh.products[n].digest]
    domains = {domain_of(n) for n in names}
    written = tuple(domain for name, domain in mesh.domains.items() if name in domains)
    return Candidate(tuple(changed), written, tuple(sorted(session.gone)))


def _is_of(one: Violation, mesh: Mesh, names: frozenset[ProductName]) -> bool:
    """What is of other products, or of nobody, is not for whoever writes these."""
    subject = subject_of(one.subject, mesh)
    return subject.product in names if subject.product else subject.domain in {domain_of(name) for name in names}


def _faults_of_owners(found: Conformance) -> Iterator[Fault]:
    """A policy of this folder is whoever's that checks it; of what was published, governance is told by whoever sees it."""
    for fault in found.faults:
        own = fault.place.file.startswith("policies/")
        yield fault if own else replace(fault, severity="warning", mend=f"{fault.mend} {_whom(fault, found)}".strip())


def _whom(fault: Fault, found: Conformance) -> str:
    owner = next((policy.owner for policy in found.policies if policy.place.file == fault.place.file), "")
    return f"Tell {owner}: it stops nobody meanwhile." if owner else "It stops nobody meanwhile."


def warnings_of_promoted(session: Opened, name: str, found: Promotion) -> tuple[Fault, ...]:
    """What policies say of what an environment would bring to `prod`, as far as it stops nothing. Raises: Faults, with what does."""
    faults = of_promoted(session.settings, session.registry, name, found)
    if errors := [fault for fault in faults if fault.severity == "error"]:
        raise Faults(errors)
    return faults


def of_promoted(settings: Settings, registry: Registry, name: str, found: Promotion) -> tuple[Fault, ...]:
    """All that policies say of what an environment would bring to `prod`."""
    names = [product.product for product in found.products if not product.gone]
    products = registry.products(names, name) if names else {}
    domains = tuple(d for d in registry.domains(name) if d.name in {domain_of(product) for product in products})
    gone = tuple(product.product for product in found.products if product.gone)
    edges = registry.lineage(names, name) if names else {}
    ground = Within(settings, registry, PROD)
    return told_of(ground, Candidate(tuple(products.values()), domains, gone, edges), None, frozenset(names))
