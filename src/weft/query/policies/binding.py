"""Which policies bind: those that governance published, else those of the mesh's folder."""

from __future__ import annotations

from dataclasses import dataclass, replace

from weft.errors import Fault, Place
from weft.product.policy import Policy
from weft.product.policy_text import policy_from
from weft.product.rule import PublishedRule
from weft.query.library import Ground
from weft.registry.seam import Registry
from weft.settings import Settings
from weft.workspace.policies import Written, written


@dataclass(frozen=True, slots=True)
class Within:
    """The ground of another environment than a session's own."""

    settings: Settings
    registry: Registry
    environment: str


def binding(ground: Ground) -> Written:
    """Once governance has published any policy, a folder says nothing more: a domain's checkout cannot loosen them."""
    published = ground.registry.rules.published("policy")
    return as_published(published) if published else written(ground.settings)


def as_published(rules: tuple[PublishedRule, ...]) -> Written:
    """Without those that are retired. What a newer Weft published may be more than this one can read, and is a fault."""
    policies: list[Policy] = []
    faults: list[Fault] = []
    for rule in rules:
        if rule.is_retired:
            continue
        policy, wrong = policy_of(rule)
        faults += wrong
        policies += [policy] if policy else []
    return Written(tuple(policies), tuple(faults))


def policy_of(rule: PublishedRule) -> tuple[Policy | None, tuple[Fault, ...]]:
    """A published text as a policy; its place is the version: `keys-declared@2`."""
    place = Place(f"{rule.name}@{rule.version}", 1)
    policy, faults = policy_from(rule.name, rule.text, place.file, rule.version)
    return (replace(policy, place=place) if policy else None), faults
