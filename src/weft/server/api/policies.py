"""Policies: which bind, who violates them, and what governance decides of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from weft.access.permissions import Action
from weft.errors import Busy
from weft.governance.policies import Act, retire
from weft.product.contract import Scalar, Severity
from weft.product.policy import Policy
from weft.product.rule import PublishedRule
from weft.query.policies.reported import Reported, reported
from weft.server.answers import answer
from weft.server.api.fields import Text
from weft.server.asking import OWNER_NAME, Asker, Asking, acts
from weft.session.policies import Listed, listed, named, of_folder, of_text, published, shipped, tried

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])
standard = APIRouter(prefix="/api/v1/standard-policies", tags=["policies"])
PUBLISH: Action = "publish rules"
MOST_CHARACTERS = 100_000
PolicyName = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[a-z][a-z0-9_-]*$")]
Because = Annotated[Text, Field(min_length=1)]
_TRYING = threading.Lock()
"""A text that nobody has published may ask for much: one at a time is tried."""


@dataclass(frozen=True, slots=True)
class PolicySaid:
    """`version`, `who` and `published_at` are empty where it binds by the mesh's folder."""

    policy: str
    title: str
    description: str
    severity: Severity
    scope: tuple[str, ...]
    owner: str
    grace_until: date | None
    parameters: dict[str, Scalar]
    origin: str
    binds: bool
    version: int
    who: str
    published_at: datetime | None
    because: str
    note: str


@dataclass(frozen=True, slots=True)
class Policies:
    policies: tuple[PolicySaid, ...]


@dataclass(frozen=True, slots=True)
class VersionSaid:
    version: int
    who: str
    at: datetime
    is_retired: bool
    because: str
    text: str


@dataclass(frozen=True, slots=True)
class WholePolicy:
    """`text` is the file: a header in its leading comments, and the query."""

    policy: str
    title: str
    description: str
    text: str
    versions: tuple[VersionSaid, ...]


@dataclass(frozen=True, slots=True)
class StandardSaid:
    policy: str
    title: str
    description: str
    severity: Severity
    parameters: dict[str, Scalar]
    text: str


@dataclass(frozen=True, slots=True)
class Standard:
    policies: tuple[StandardSaid, ...]


@dataclass(frozen=True, slots=True)
class PolicyText:
    """The whole file of a policy."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    because: Text = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """Nothing is published. Each fault says why the policy cannot be computed."""

    violations: tuple[Reported, ...]
    faults: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class PublishedSaid:
    """`is_new` where it binds otherwise than before; `unbound` are policies of the folder that bind no more."""

    policy: str
    version: int
    is_new: bool
    unbound: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedFolder:
    policies: tuple[PublishedSaid, ...]


@dataclass(frozen=True, slots=True)
class FolderWanted:
    because: Text = ""


@dataclass(frozen=True, slots=True)
class Reason:
    because: Because


@router.get("", response_model=Policies, openapi_extra=acts("discover"))
def list_policies(asking: Asking) -> Response:
    """Those that bind, those that are retired, and those that lie in the folder and bind nobody."""
    return answer(Policies(tuple(map(_said, listed(asking.library)))))


@router.get("/{name}", response_model=WholePolicy, openapi_extra=acts("discover"))
def show_policy(asking: Asking, name: PolicyName) -> Response:
    """What it asks for and why, its SQL, and every version of it that was published."""
    policy = named(asking.library, name)
    history = asking.library.registry.rules.history("policy", name)
    versions = tuple(VersionSaid(v.version, v.who, v.at, v.is_retired, v.because, v.text) for v in history)
    return answer(WholePolicy(policy.name, policy.title, policy.description, policy.text, versions))


@router.post("/{name}/trial", response_model=Tried, openapi_extra=acts(PUBLISH))
def try_policy(asking: Asking, name: PolicyName, said: PolicyText) -> Response:
    """Who would violate a text, over the whole mesh as it is applied."""
    asking.allow(PUBLISH)
    policy = of_text(name, said.text, f"{name}.sql")
    with _alone():
        found = tried(asking.library, [policy])
    return answer(Tried(reported(found), tuple(map(str, found.faults)), round(found.seconds, 3)))


@router.put("/{name}", response_model=PublishedSaid, openapi_extra=acts(PUBLISH))
def publish_policy(asking: Asking, name: PolicyName, said: PolicyText) -> Response:
    """A text binds the whole mesh from now on, once it could be computed over it; the same text is not published again."""
    asking.allow(PUBLISH)
    policy = of_text(name, said.text, f"{name}.sql")
    with _alone():
        found = published(asking.library, [policy], act(asking, said.because))
    return answer(PublishedSaid(name, found.rules[0].version, name in found.new, found.unbound))


@router.post("/folder", response_model=PublishedFolder, openapi_extra=acts(PUBLISH))
def publish_folder(asking: Asking, said: FolderWanted) -> Response:
    """What the mesh's folder says is published as it is, all of it or nothing: so it goes on binding once anything is published."""
    asking.allow(PUBLISH)
    with _alone():
        found = published(asking.library, of_folder(asking.library), act(asking, said.because))
    versions = (PublishedSaid(rule.name, rule.version, rule.name in found.new) for rule in found.rules)
    return answer(PublishedFolder(tuple(versions)))


@router.post("/{name}/retirement", response_model=PublishedSaid, openapi_extra=acts(PUBLISH))
def retire_policy(asking: Asking, name: PolicyName, said: Reason) -> Response:
    """A published policy binds no more. It is kept with all its versions."""
    asking.allow(PUBLISH)
    rule = retire(asking.serving.session.registry, name, act(asking, said.because))
    return answer(PublishedSaid(name, rule.version, True))


@standard.get("", response_model=Standard, openapi_extra=acts("discover"))
def list_standard(asking: Asking) -> Response:
    """The set that Weft ships, to be published as it is or changed."""
    return answer(Standard(tuple(map(_shipped, shipped()))))


def _shipped(policy: Policy) -> StandardSaid:
    values = dict(policy.parameters)
    return StandardSaid(policy.name, policy.title, policy.description, policy.severity, values, policy.text)


def _said(one: Listed) -> PolicySaid:
    policy, rule = one.policy, one.rule
    said = (policy.name, policy.title, policy.description, policy.severity, policy.scope, policy.owner)
    bound = (policy.grace_until, dict(policy.parameters), one.origin, one.binds)
    return PolicySaid(*said, *bound, *_version(rule), one.note)


def _version(rule: PublishedRule | None) -> tuple[int, str, datetime | None, str]:
    return (rule.version, rule.who, rule.at, rule.because) if rule else (0, "", None, "")


def act(asking: Asker, because: str) -> Act:
    """Who decides, as the audit trail names them."""
    return Act(asking.reader.name or OWNER_NAME, because, "api", asking.request_id)


@contextmanager
def _alone() -> Iterator[None]:
    """Raises: Busy."""
    if not _TRYING.acquire(blocking=False):
        raise Busy("a policy is being tried already", mend="Ask again in a moment.")
    try:
        yield
    finally:
        _TRYING.release()
