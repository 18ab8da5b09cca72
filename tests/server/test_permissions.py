"""Every route, called as everybody: who may not is refused, whoever may gets through, and no route is without its action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served
from tests.session.people.crowd import People

from weft.access import OWNER, PERMISSIONS, Action, Grant, Reader, allowed
from weft.access.permissions import ANYBODY_ACTIONS
from weft.access.roles import DOMAIN_ROLES, MESH_ROLES, Role
from weft.access.scopes import SCOPES
from weft.names import LineName
from weft.server.app import application
from weft.server.asking import ACTION, NOTHING, SIGNED_IN
from weft.server.serving import Serving
from weft.server.signing_in import who
from weft.session import Session, open_session
from weft.session.people.accounts import lock
from weft.session.people.tokens import Wanted, make
from weft.settings import ServerSettings

OWN, OTHER = "operations", "fleet"
NUMBERS = count(1)
SOMEBODY = "somebody@example.org"
NOT_DECLARED = {"/openapi.json"}
"""What FastAPI itself answers: the API's description."""
NAMED: Mapping[str, Any] = {
    "domain": OWN,
    "account": SOMEBODY,
    "service": f"{OWN}/dashboard",
    "role": "reader",
    "sql": "SELECT 1 AS one",
    "port": "operations.flights.departures",
    "product": "operations.flights",
    "table": "operations.flights.departures",
    "line": "operations.flights.departures@1",
    "purpose": "to see",
    "use_case": "tests",
    "environment": "prod",
    "from": "2026-11-01",
    "to": "2026-11-30",
    "until": "2026-12-24",
    "because": "it is tested",
    "digest": "0" * 32,
    "number": 0,
}
"""What a parameter or a field of a body is given by its name; all else is made of its schema."""
BY_PATH: Mapping[str, Mapping[str, Any]] = {
    "/api/v1/services": {"name": f"{OWN}/dashboard"},
    "/api/v1/tokens": {"name": "a token"},
    "/domains": {"name": OWN},
    "/api/v1/domains": {"name": OWN},
    "/tables": {"name": "operations.flights.departures"},
    "/api/v1/tables": {"name": "operations.flights.departures"},
    "/products": {"name": "operations.flights"},
    "/lineage": {"name": "operations.flights.departures"},
    "/api/v1/lineage": {"name": "operations.flights.departures"},
}
"""The same by the beginning of a route's path."""
CHANGE_PEOPLE = ("/api/v1/people/{", "/api/v1/grants")


@dataclass(frozen=True)
class Asks:
    """Somebody who asks, and the token that they show."""

    label: str
    reader: Reader
    token: str = field(repr=False)


@dataclass(frozen=True)
class Place:
    app: FastAPI
    client: httpx.Client
    people: People
    everybody: tuple[Asks, ...]
    known: Mapping[str, Any]
    """What is named by an id that only this mesh has."""

    def answer(self, route: APIRoute, method: str, headers: Mapping[str, str], **named: str) -> httpx.Response:
        return self.client.request(method, headers=dict(headers), **request_of(route, method, {**self.known, **named}))

    def somebody_new(self, route: APIRoute) -> str:
        """Of whom nothing was asked before: with a role where it is to be withdrawn, locked where they are to be let in again."""
        name = f"somebody-{next(NUMBERS)}@example.org"
        self.people.joined(name, *([Grant("reader", OWN)] if "DELETE" in route.methods else []))
        if route.path.endswith("/unlock"):
            lock(self.people.registry, OWNER, name, "it is tested")
        return name


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root: Path = write_mesh(tmp_path_factory.mktemp("permissions") / "mesh", *planes_and_departures(3))
    with open_session(root) as session:
        session.apply(session.plan())
        people = People(session.registry, session.settings)
        people.joined(SOMEBODY)
        everybody = tuple(asking(people, label, grants) for label, grants in grants_of())
        # Every route is asked without a token, one after the other: here nobody is taken for one who guesses tokens.
        app = application(Serving(session, who, ServerSettings(origin_per_minute=0)))
        with served(app) as client:
            yield Place(app, client, people, everybody, ids_of(session))


def ids_of(session: Session) -> Mapping[str, Any]:
    recorded = session.registry.recorded("prod")
    pointer = recorded.pointers[LineName("operations.flights.departures@1")]
    return {"snapshot": pointer.snapshot, "run": "20261121t000000000000-000000"}


def grants_of() -> Iterator[tuple[str, tuple[Grant, ...]]]:
    yield "nobody in particular", ()
    for role in DOMAIN_ROLES:
        for domain in (OWN, OTHER):
            yield f"{role} of {domain}", (Grant(role, domain),)
    for other in MESH_ROLES:
        yield other, (Grant(other),)


def asking(people: People, label: str, grants: tuple[Grant, ...]) -> Asks:
    reader = people.joined(f"{label.replace(' ', '-')}@example.org", *grants)
    wanted = Wanted("all", tuple(SCOPES))
    return Asks(label, reader, make(people.registry, people.settings.sign_in, reader, wanted).secret)


def routes_of(router: Any) -> Iterator[Any]:
    """All of them, those of included routers too."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from routes_of(inner) if inner is not None else [route]


def every_route() -> list[APIRoute]:
    from weft.server.api import ROUTERS
    from weft.server.portal import routes as portal

    found = [route for router in (*ROUTERS, portal.router) for route in routes_of(router)]
    return [route for route in found if isinstance(route, APIRoute)]


ROUTES = every_route()
CASES = [(route, method) for route in ROUTES for method in sorted(route.methods - {"HEAD"})]
IDS = [f"{method} {route.path}" for route, method in CASES]


def action_of(route: APIRoute) -> str:
    return str((route.openapi_extra or {}).get(ACTION, ""))


def test_every_route_of_the_application_is_among_those_called(place: Place) -> None:
    known = {route.path for route in ROUTES} | NOT_DECLARED
    assert {route.path for route in routes_of(place.app)} <= known


@pytest.mark.parametrize(("route", "method"), CASES, ids=IDS)
def test_every_route_declares_an_action_of_the_table(route: APIRoute, method: str) -> None:
    assert action_of(route) in {*PERMISSIONS, NOTHING, SIGNED_IN}


@pytest.mark.parametrize(("route", "method"), CASES, ids=IDS)
def test_who_is_not_signed_in_is_told_so_by_all_but_the_open_ones(place: Place, route: APIRoute, method: str) -> None:
    answer = place.answer(route, method, {})
    if action_of(route) != NOTHING:
        assert answer.status_code == 401
    assert answer.status_code < 500 or answer.status_code == 503


@pytest.mark.parametrize(("route", "method"), CASES, ids=IDS)
def test_whoever_may_gets_through_and_nobody_else(place: Place, route: APIRoute, method: str) -> None:
    action = action_of(route)
    if action == NOTHING:
        return
    wrong = []
    for one in place.everybody:
        about = {"account": place.somebody_new(route)} if route.path.startswith(CHANGE_PEOPLE) else {}
        answer = place.answer(route, method, {"Authorization": f"Bearer {one.token}"}, **about)
        if not is_as_promised(one.reader, action, answer.status_code):
            wrong.append(f"{one.label}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, f"{action}: " + "\n".join(wrong)


def is_as_promised(reader: Reader, action: Any, status: int) -> bool:
    """What somebody may not know of is not there for them; what anybody may is decided by the thing itself too."""
    if status == 401 or (status >= 500 and status != 503):
        return False
    if action == SIGNED_IN or action in ANYBODY_ACTIONS:
        return True
    return (status != 403) if allowed(reader, action, OWN).is_allowed else status in (403, 404)


def request_of(route: APIRoute, method: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """A request that fits a route's own description, about things of one domain."""
    of_path = next((said for path, said in BY_PATH.items() if route.path.startswith(path)), {})
    names = {**NAMED, **known, **of_path}
    if route.path.startswith("/api/v1/people"):
        names["name"] = names["account"] if "{" in route.path else f"new-{next(NUMBERS)}@example.org"
    where = route.path
    for one in route.dependant.path_params:
        value = str(names[one.name] if one.name in names else valued(one, names))
        where = where.replace(f"{{{one.name}}}", value).replace(f"{{{one.name}:path}}", value)
    query = {
        one.alias: names[one.name] if one.name in names else valued(one, names)
        for one in route.dependant.query_params
        if one.field_info.is_required() or one.name in ("domain", "account")
    }
    return {"url": where, "params": query, **body_of(route, names)}


def body_of(route: APIRoute, names: Mapping[str, Any]) -> dict[str, Any]:
    if route.body_field is None:
        return {}
    if any(type(one.field_info).__name__ in ("Form", "File") for one in route.dependant.body_params):
        return {"data": {one.alias: str(names.get(one.name, "x")) for one in route.dependant.body_params}}
    schema = TypeAdapter(route.body_field.field_info.annotation).json_schema(by_alias=True)
    return {"json": made(schema, schema.get("$defs", {}), names)}


def valued(one: Any, names: Mapping[str, Any]) -> Any:
    from typing import Annotated

    schema = TypeAdapter(Annotated[one.field_info.annotation, one.field_info]).json_schema()
    return made(schema, schema.get("$defs", {}), names)


def made(schema: Mapping[str, Any], known: Mapping[str, Any], names: Mapping[str, Any]) -> Any:
    """The least value that a JSON Schema allows, with our own names where it names a field."""
    if "$ref" in schema:
        return made(known[schema["$ref"].rpartition("/")[2]], known, names)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return made(next(one for one in schema[several] if one.get("type") != "null"), known, names)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("examples"):
        return schema["examples"][0]
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            wanted = {*schema.get("required", ()), *(name for name in names if name in fields)}
            return {name: names.get(name) or made(fields[name], known, names) for name in sorted(wanted)}
        case "array":
            return [made(schema["items"], known, names) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return False
    return "x" * max(1, schema.get("minLength", 1))


def test_a_role_is_what_its_label_says(place: Place) -> None:
    labels: dict[str, Role] = {f"{role} of {OWN}": role for role in DOMAIN_ROLES}
    for one in place.everybody:
        assert (one.label in labels) == allowed(one.reader, "read data", OWN).is_allowed
    action: Action = "operate"
    assert [one.label for one in place.everybody if allowed(one.reader, action).is_allowed] == ["platform"]
