"""The whole API against its own description: nothing off the schema, and no answer of 5xx, whatever is sent.

Bounded, so that it stays quick; WEFT_SOAK=1 sends a hundred times as much.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from tests.meshes import planes_and_departures, write_mesh
from tests.served import served

from weft.access import OWNER
from weft.server.app import application
from weft.server.serving import Serving
from weft.session import Session, open_session
from weft.settings import ServerSettings, Settings

EXAMPLES = 500 if os.environ.get("WEFT_SOAK") else 3
CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = write_mesh(tmp_path_factory.mktemp("mesh"), *planes_and_departures())
    with open_session(root) as session:
        session.apply(session.plan())
        yield session


@pytest.fixture(scope="module")
def url(session: Session) -> Iterator[str]:
    server = ServerSettings(reader_per_minute=0, origin_per_minute=0)
    with served(application(Serving(session, lambda request: OWNER, server))) as client:
        yield str(client.base_url)


def described() -> dict[str, Any]:
    nowhere = Path("/nowhere")
    return application(Serving(Session(Settings("test", nowhere, nowhere, "sqlite:///registry.db", nowhere)))).openapi()


@schemathesis.serializer("application/msgpack", "application/vnd.apache.parquet", "application/octet-stream")
def as_bytes(context: Any, value: Any) -> bytes:
    """What is no JSON is sent as some bytes: most are off what the route expects, and it has to say so."""
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_dict(described())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not os.environ.get("WEFT_SOAK"),
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_is_as_it_is_described(case: Any, url: str) -> None:
    case.call_and_validate(base_url=url, checks=CHECKS)


def test_the_description_is_of_openapi_3_1_and_says_of_each_operation_who_may() -> None:
    said = described()
    assert said["openapi"].startswith("3.1")
    operations = [one for path in said["paths"].values() for one in path.values()]
    assert [one["operationId"] for one in operations if not one.get("x-weft-action")] == []
    open_to_all = {one["operationId"] for one in operations if not one.get("security")}
    assert {"health", "ready"} <= open_to_all
    assert len({one["operationId"] for one in operations}) == len(operations)
