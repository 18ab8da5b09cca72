"""The policies that bind, and those that are retired, as rows of `mesh.policies`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from weft.product.policy import Policy
from weft.product.policy_text import spelled
from weft.product.rule import PublishedRule
from weft.query.library import Ground
from weft.query.policies.binding import binding, policy_of
from weft.registry.facts import RELATIONS
from weft.registry.values import microseconds

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]


def policies_table(ground: Ground) -> pa.Table:
    """`mesh.policies`: a mesh of one folder publishes none, so that the registry alone does not know them."""
    return RELATIONS["policies"].of(list(_policies(ground)))


def _policies(ground: Ground) -> Iterator[Row]:
    published = ground.registry.rules.published("policy")
    if not published:
        yield from (_row(policy, None) for policy in binding(ground).policies)
    for rule in published:
        policy, _ = policy_of(rule)
        if policy:
            yield _row(policy, rule)


def _row(policy: Policy, rule: PublishedRule | None) -> Row:
    until = policy.grace_until.isoformat() if policy.grace_until else None
    parameters = [f"{name} = {spelled(value)}" for name, value in policy.parameters.items()]
    said = (policy.name, policy.title, policy.description, policy.severity, list(policy.scope), policy.owner, until)
    if rule is None:
        return (*said, parameters, 0, False, "", None, "", policy.text)
    at = microseconds(rule.at)
    return (*said, parameters, rule.version, rule.is_retired, rule.who, at, rule.because, policy.text)
