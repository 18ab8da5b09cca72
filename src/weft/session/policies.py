"""Policies for whoever governs: which there are, who would fail one, and one published after it was tried over everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from weft.errors import Fault, Faults, Misuse, Unknown
from weft.governance.policies import Act, publish
from weft.product.candidate import NOTHING, Candidate
from weft.product.mesh import Mesh
from weft.product.policy import Policy
from weft.product.policy_text import policy_from
from weft.product.rule import PublishedRule
from weft.query.library import Ground
from weft.query.policies import Conformance, conformance
from weft.query.policies.binding import as_published, policy_of
from weft.session.governing import candidate_of
from weft.session.opened import Opened
from weft.settings import StandardPolicy
from weft.workspace.policies import SUFFIX, Written, standard, standard_names, standard_text, turned_on, written
from weft.workspace.text import bytes_of, text_of

Origin = Literal["published", "folder", "standard"]
"""What binds a policy: governance; a file of `policies/`; the standard set, by `mesh.yaml`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One policy. `rule` is what was published of it; `note` is what whoever reads the list ought to know."""

    policy: Policy
    origin: Origin
    binds: bool = True
    rule: PublishedRule | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of each, and of policies that lie in the folder: they bind no more once governance publishes."""

    rules: tuple[PublishedRule, ...]
    new: frozenset[str]
    unbound: tuple[str, ...] = ()


def listed(ground: Ground) -> tuple[Listed, ...]:
    """All that bind, all that are retired, and what lies in the folder and binds nobody. Raises: RegistryFault."""
    rules = ground.registry.rules.published("policy")
    own = written(ground.settings)
    if not rules:
        return tuple(Listed(policy, _origin(policy)) for policy in own.policies)
    texts = {policy.name: policy.text for policy in own.policies}
    found = [_published(rule, texts.get(rule.name)) for rule in rules]
    names = {rule.name for rule in rules}
    told = "it lies in this folder, and is not published"
    more = (Listed(policy, _origin(policy), False, None, told) for policy in own.policies if policy.name not in names)
    return tuple(sorted((*(one for one in found if one), *more), key=lambda one: one.policy.name))


def _published(rule: PublishedRule, own: str | None) -> Listed | None:
    policy, _ = policy_of(rule)
    differs = "this folder says it otherwise, which binds nobody" if own not in (None, rule.text) else ""
    note = f"retired: {rule.because}" if rule.is_retired else differs
    return Listed(policy, "published", not rule.is_retired, rule, note) if policy else None


def _origin(policy: Policy) -> Origin:
    return "folder" if policy.place.file.startswith("policies/") else "standard"


def named(ground: Ground, target: str) -> Policy:
    """A policy by its file, or by its name: of the folder, as published, or of the standard set.

    Raises: Faults where its header is wrong; Misuse where there is no such file; Unknown, with the closest.
    """
    path = Path(target)
    if target.endswith(SUFFIX) and path.is_file():
        return of_text(path.stem, text_of(bytes_of(path.parent, path.name), target), target)
    if target.endswith(SUFFIX):
        raise Misuse(f"there is no file {target}", mend="Name a policy, or a file that is there.")
    own = _own(ground)
    if target in own:
        return own[target]
    published = {policy.name: policy for policy in as_published(ground.registry.rules.published("policy")).policies}
    if target in published:
        return published[target]
    if target not in standard_names():
        raise Unknown("policy", target, {*own, *published, *standard_names()})
    return _first(turned_on(StandardPolicy(target)))


def _own(ground: Ground) -> dict[str, Policy]:
    """Raises: Faults."""
    own = written(ground.settings)
    if own.faults:
        raise Faults(own.faults)
    return {policy.name: policy for policy in own.policies}


def of_text(name: str, text: str, file: str) -> Policy:
    """Raises: Faults where its header is wrong."""
    return _first(policy_from(name, text, file))


def _first(read: tuple[Policy | None, tuple[Fault, ...]]) -> Policy:
    policy, faults = read
    if policy is None:
        raise Faults(faults)
    return policy


def tried(
    ground: Ground, policies: Iterable[Policy], candidate: Candidate = NOTHING, among: Mesh | None = None
) -> Conformance:
    """What policies find over everything, whether they bind or not, with a candidate in place of what is recorded of it."""
    return conformance(ground, candidate, among, Written(tuple(policies)))


def everything(session: Opened, policies: Iterable[Policy] = ()) -> Conformance:
    """What policies, else those that bind, find over the whole mesh, with what is written here and not applied yet.

    Behind a server it is the mesh as it is applied, as far as whoever is logged in may know of it.
    """
    names = frozenset(product.name for product in session.mesh.present) - session.loaded.broken
    candidate = NOTHING if session.settings.is_remote else candidate_of(session, names)
    chosen = tuple(policies)
    return tried(session, chosen, candidate, session.mesh) if chosen else conformance(session, candidate, session.mesh)


def published(ground: Ground, policies: Sequence[Policy], act: Act) -> Published:
    """Publishes policies, all or none, once each could be computed over the whole mesh.

    Raises: Misuse where there is none; Faults where one cannot be computed.
    """
    if not policies:
        raise Misuse("there is no policy to publish", mend="Name one: `weft policy standard` lists those of the set.")
    if faults := tried(ground, policies).faults:
        raise Faults(faults)
    before = {rule.name: rule.version for rule in ground.registry.rules.published("policy")}
    rules = tuple(publish(ground.registry, policy, act) for policy in policies)
    new = frozenset(rule.name for rule in rules if before.get(rule.name) != rule.version)
    return Published(rules, new, tuple(_unbound(ground, {rule.name for rule in rules} | before.keys())))


def _unbound(ground: Ground, known: set[str]) -> Iterator[str]:
    return (policy.name for policy in written(ground.settings).policies if policy.name not in known)


def of_folder(ground: Ground) -> list[Policy]:
    """All that the folder says, those of the standard set that it turns on among them. Raises: Faults."""
    return list(_own(ground).values())


def shipped(name: str = "") -> tuple[Policy, ...]:
    """The standard set, whether it is turned on or not; one of it, where it is named. Raises: Unknown, with the closest."""
    if name:
        return (_first(policy_from(name, standard_text(name), f"{name}{SUFFIX}")),)
    return standard()
