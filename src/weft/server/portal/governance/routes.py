"""Where each page of governance is."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from weft.server.answers import answer
from weft.server.api.policies import PolicyName
from weft.server.asking import Asking, acts
from weft.server.portal.answering import page
from weft.server.portal.governance import classes, glance, personal, rules, sight, trail

router = APIRouter(prefix="/governance", include_in_schema=False)
FINDS = acts("discover")
Words = Annotated[str, Query(max_length=300)]
Number = Annotated[int, Query(ge=1, le=100_000, alias="page")]


@router.get("", openapi_extra=FINDS)
def governance_page(asking: Asking, domain: Words = "", number: Number = 1) -> Response:
    asking.allow("discover")
    return page(asking, "governance.html", glance.glance(asking, domain, number))


@router.get("/policies", openapi_extra=FINDS)
def policies_page(asking: Asking, number: Number = 1) -> Response:
    asking.allow("discover")
    return page(asking, "policies.html", rules.policies(asking, number))


@router.get("/new", openapi_extra=acts("publish rules"))
def new_policy_page(asking: Asking, policy: Words = "", like: Words = "") -> Response:
    asking.allow("publish rules")
    return page(asking, "policy_new.html", rules.writing(asking, policy, like))


@router.get("/policies/{name}", openapi_extra=FINDS)
def policy_page(
    asking: Asking, name: PolicyName, domain: Words = "", waive: Words = "", number: Number = 1
) -> Response:
    asking.allow("discover")
    return page(asking, "policy.html", rules.policy(asking, name, (domain, number), waive))


@router.get("/personal", openapi_extra=FINDS)
def personal_page(  # noqa: PLR0913, PLR0917 one parameter for each of the address
    asking: Asking,
    by: Literal["readers", "columns", "reads"] = "readers",
    who: Words = "",
    domain: Words = "",
    classification: Words = "",
    table: Words = "",
    sees: Literal["", "clear", "masked"] = "",
    days: Literal["7", "30", "90"] = "30",
    number: Number = 1,
) -> Response:
    asking.allow("discover")
    sought = personal.Sought(by, who.strip(), domain, classification, table.strip(), sees, int(days), number)
    return page(asking, "personal.html", personal.personal(asking, sought))


@router.get("/classifications", openapi_extra=FINDS)
def classifications_page(
    asking: Asking, name: Words = classes.MASKED, domain: Words = "", text: Words = "", number: Number = 1
) -> Response:
    asking.allow("discover")
    return page(
        asking, "classifications.html", classes.classes(asking, classes.Sought(name, domain, text.strip(), number))
    )


@router.get("/sight", openapi_extra=FINDS)
def sight_page(asking: Asking, reader: Words = "", table: Words = "") -> Response:
    asking.allow("discover")
    return page(asking, "explain.html", sight.sight(asking, reader, table))


@router.get("/names", openapi_extra=FINDS)
def names(asking: Asking, kind: Literal["table", "reader"] = "table", begun: Words = "") -> Response:
    asking.allow("discover")
    return answer(sight.names(asking, kind, begun))


@router.get("/audit", openapi_extra=FINDS)
def audit_page(  # noqa: PLR0913, PLR0917 one parameter for each of the address
    asking: Asking,
    who: Words = "",
    table: Words = "",
    domain: Words = "",
    what: Words = "",
    outcome: Words = "",
    text: Words = "",
    since: Words = "",
    until: Words = "",
    before: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    asking.allow("discover")
    asked = trail.Asked(who.strip(), table.strip(), domain, what, outcome, text, since, until, before)
    return page(asking, "audit.html", trail.trail(asking, asked))
