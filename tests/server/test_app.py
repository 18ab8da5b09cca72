"""The application: one shape for all errors, and nobody gets in who is not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import APIRouter
from tests.served import served

from weft import errors
from weft.access import OWNER
from weft.errors import Busy, Fault, Faults, Misuse, Moved, NotSignedIn, Place, Refused, TooOften, Unknown, WeftError
from weft.server.app import application
from weft.server.asking import Asking
from weft.server.errors import status_of
from weft.server.serving import Serving
from weft.session import Session, open_session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    return open_session(tmp_path)


def test_whoever_is_not_known_is_told_to_sign_in(session: Session) -> None:
    app = application(Serving(session))
    app.include_router(_greeting())
    with served(app) as client:
        answer = client.get("/greeting")
    assert answer.status_code == 401
    assert answer.json()["error"]["kind"] == "NotSignedIn"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_whoever_is_known_is_answered(session: Session) -> None:
    app = application(Serving(session, lambda request: OWNER))
    app.include_router(_greeting())
    with served(app) as client:
        assert client.get("/greeting").json() == {"owner": True, "domains": 0}


def _greeting() -> APIRouter:
    router = APIRouter()

    @router.get("/greeting")
    def greeting(asking: Asking) -> dict[str, object]:
        return {"owner": asking.reader.is_owner, "domains": len(asking.library.registry.domains())}

    return router


def test_a_path_that_is_not_there_is_said_in_our_shape(session: Session) -> None:
    with served(application(Serving(session))) as client:
        answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["what"] == "There is nothing at /nowhere."


def test_what_is_unforeseen_tells_nothing_of_the_inside(session: Session) -> None:
    router = APIRouter()

    @router.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password is hunter2")

    app = application(Serving(session))
    app.include_router(router)
    with served(app) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.json()["error"]["kind"] == "Unforeseen"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Misuse("no"), 400),
        (NotSignedIn("no"), 401),
        (Refused("no"), 403),
        (Unknown("table", "a"), 404),
        (Moved("a", 1, 2), 409),
        (errors.TooLarge("no"), 413),
        (Faults([Fault(Place("a.yaml", 3), "wrong")]), 422),
        (TooOften("no"), 429),
        (Busy("no"), 503),
        (errors.RegistryBusy("no"), 503),
        (errors.StoreFault("no"), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, WeftError) else str(value),
)
def test_each_error_has_its_status(error: WeftError, status: int) -> None:
    assert status_of(error) == status


def test_a_server_that_can_answer_is_ready(session: Session) -> None:
    with served(application(Serving(session))) as client:
        assert client.get("/health").json() == {"status": "alive"}
        assert client.get("/ready").json()["parts"] == {"registry": True, "store": True, "workers": True}
