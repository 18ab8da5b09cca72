"""Violations of the whole mesh, and the waivers that let some pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from weft.access.permissions import Action
from weft.governance.policies import waive, withdraw
from weft.product.policy import Standing
from weft.product.rule import Waiver
from weft.query.policies import binding
from weft.query.seen import relation
from weft.server.answers import answer
from weft.server.api.fields import Text
from weft.server.api.policies import act
from weft.server.asking import Asking, acts

router = APIRouter(prefix="/api/v1/violations", tags=["policies"])
waivers = APIRouter(prefix="/api/v1/waivers", tags=["policies"])
WAIVE: Action = "waive"
Words = Annotated[str, Query(max_length=200)]
Named = Annotated[Text, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ViolationSaid:
    """`domain` and `product` are None where the subject names nothing in the mesh. `standing` says how it stands today."""

    policy: str
    title: str
    standing: Standing
    domain: str | None
    product: str | None
    line_name: str | None
    subject: str
    message: str
    mend: str
    grace_until: date | None
    waived_by: str | None
    waived_until: date | None
    waived_because: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Violations:
    violations: tuple[ViolationSaid, ...]


@dataclass(frozen=True, slots=True)
class WaiverSaid:
    """`until` is its last day, in UTC; `holds` whether it lets pass today."""

    policy: str
    subject: str
    reason: str
    who: str
    until: date
    given_at: datetime
    holds: bool
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Waivers:
    waivers: tuple[WaiverSaid, ...]


@dataclass(frozen=True, slots=True)
class WantedWaiver:
    """`subject` is a name with all that lies in it, or a pattern; `until` is the last day, in UTC."""

    policy: Named
    subject: Named
    until: date
    because: Named


@dataclass(frozen=True, slots=True)
class EndedWaiver:
    policy: Named
    subject: Named
    because: Text = ""


@router.get("", response_model=Violations, openapi_extra=acts("discover"))
def list_violations(asking: Asking, policy: Words = "", domain: Words = "", product: Words = "") -> Response:
    """What policies find in what is applied in prod, as far as whoever asks may know of it."""
    wanted = {"policy": policy, "domain": domain, "product": product}
    rows = relation(asking.library, "violations").to_pylist()
    found = [row for row in rows if all(not word or row[name] == word for name, word in wanted.items())]
    return answer(Violations(tuple(ViolationSaid(**row) for row in found)))


@waivers.get("", response_model=Waivers, openapi_extra=acts("discover"))
def list_waivers(asking: Asking) -> Response:
    """The newest of each policy and subject, those that are over too."""
    found = asking.library.registry.rules.waivers()
    return answer(Waivers(tuple(map(_said, found))))


@waivers.post("", status_code=201, response_model=WaiverSaid, openapi_extra=acts(WAIVE))
def give_waiver(asking: Asking, said: WantedWaiver) -> Response:
    """What a policy finds at a subject passes until a day, for a reason that is shown with it."""
    asking.allow(WAIVE)
    registry = asking.serving.session.registry
    known = [policy.name for policy in binding(asking.library).policies]
    given = waive(registry, (said.policy, said.subject, said.until), known, act(asking, said.because))
    return answer(_said(given), 201)


@waivers.post("/withdrawal", response_model=WaiverSaid, openapi_extra=acts(WAIVE))
def withdraw_waiver(asking: Asking, said: EndedWaiver) -> Response:
    """A waiver ends at once."""
    asking.allow(WAIVE)
    registry = asking.serving.session.registry
    return answer(_said(withdraw(registry, said.policy, said.subject, act(asking, said.because))))


def _said(one: Waiver) -> WaiverSaid:
    holds = one.holds(datetime.now(UTC).date())
    return WaiverSaid(one.rule, one.subject, one.reason, one.who, one.until, one.at, holds, one.is_withdrawn)
