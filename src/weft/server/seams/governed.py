"""Policies as they bind a checkout: computed here, over all that is recorded, whatever the checkout's own folder says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from weft.errors import Fault, Faults
from weft.names import PROD, ProductName
from weft.product.audit import Decided, DecidedKind
from weft.product.candidate import Candidate
from weft.product.mesh import Domain
from weft.product.rule import PublishedRule, RuleKind, Waiver
from weft.product.snapshot import Publication
from weft.server.seams.desk import Desk
from weft.server.seams.running import facts as relation


def facts(desk: Desk, relations: Sequence[str], environment: str) -> dict[str, bytes]:
    return {name: relation(desk, name, environment) for name in relations}


def found(desk: Desk, environment: str, candidate: Candidate, names: Sequence[ProductName]) -> tuple[Fault, ...]:
    """What the policies that bind find in products of one's own domains; of others nothing is looked at."""
    own = Candidate(
        tuple(product for product in candidate.products if desk.is_own(product.name)),
        tuple(domain for domain in candidate.domains if domain.name in desk.own),
        tuple(name for name in candidate.gone if desk.is_own(name)),
        {name: edges for name, edges in candidate.edges.items() if desk.is_own(name)},
    )
    return _found(desk, environment, own, [name for name in names if desk.is_own(name)])


def _found(desk: Desk, environment: str, candidate: Candidate, names: Iterable[ProductName]) -> tuple[Fault, ...]:
    from weft.query.policies.binding import Within
    from weft.session.governing import told_of

    ground = Within(desk.asking.serving.session.settings, desk.registry, environment)
    mesh = desk.mesh(environment)
    products = {**mesh.products, **{product.name: product for product in candidate.products}}
    return told_of(ground, candidate, replace(mesh, products=products), frozenset(names))


def refuse_violating(desk: Desk, publication: Publication, domain: Domain) -> None:
    """What is published into prod is held against the policies once more: a checkout may have looked away. Raises: Faults."""
    if publication.environment != PROD:
        return
    product = publication.product
    before = desk.shelf.products(PROD).get(product.name)
    if not publication.gone and before is not None and before.digest == product.digest:
        return
    edges = {product.name: publication.lineage} if publication.lineage is not None else {}
    candidate = (
        Candidate((), (domain,), (product.name,)) if publication.gone else Candidate((product,), (domain,), (), edges)
    )
    errors = [one for one in _found(desk, PROD, candidate, [product.name]) if one.severity == "error"]
    if errors:
        raise Faults(errors)


def rule_published(desk: Desk, rule: PublishedRule) -> PublishedRule:
    desk.allow("publish rules", "")
    at = datetime.now(UTC)
    kept = desk.registry.rules.publish(replace(rule, who=desk.reader.name, at=at))
    if kept.at == at:
        action = "retired" if kept.is_retired else "published"
        _audited(desk, ("rule", action, f"{kept.kind} {kept.name}"), kept.because or f"version {kept.version}")
    return kept


def rules(desk: Desk, kind: RuleKind) -> tuple[PublishedRule, ...]:
    return desk.registry.rules.published(kind)


def rule_history(desk: Desk, kind: RuleKind, name: str) -> tuple[PublishedRule, ...]:
    return desk.registry.rules.history(kind, name)


def waive(desk: Desk, waiver: Waiver) -> None:
    desk.allow("waive", "")
    given = replace(waiver, who=desk.reader.name, at=datetime.now(UTC))
    desk.registry.rules.waive(given)
    action = "withdrawn" if given.is_withdrawn else "waived"
    told = f"{given.subject} until {given.until}: {given.reason}"
    _audited(desk, ("waiver", action, f"policy {given.rule}"), told)


def _audited(desk: Desk, what: tuple[DecidedKind, str, str], message: str) -> None:
    kind, action, subject = what
    request = desk.asking.request_id
    decided = Decided(desk.reader.name, kind, action, subject, message, door="client", request_id=request)
    desk.registry.audit.decided(decided)


def waivers(desk: Desk) -> tuple[Waiver, ...]:
    return desk.registry.rules.waivers()
