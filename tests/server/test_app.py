"""The application: one shape for all errors, and nobody gets in who is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import APIRouter, Request
from tests.served import served

from weft import errors
from weft.access import OWNER, Reader
from weft.access.roles import Grant
from weft.errors import Busy, Fault, Faults, Misuse, Moved, NotSignedIn, Place, Refused, TooOften, Unknown, WeftError
from weft.server.app import application
from weft.server.asking import Asking
from weft.server.errors import status_of
from weft.server.serving import Serving
from weft.session import Session, open_session
from weft.settings import ServerSettings


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


def test_what_fails_inside_is_told_without_where_the_server_keeps_it(session: Session) -> None:
    router = APIRouter()

    @router.get("/failing")
    def failing() -> None:
        raise errors.StoreFault(
            f"{session.settings.store}/a.parquet is gone", mend="postgresql://weft:hunter2hunter2@db"
        )

    app = application(Serving(session))
    app.include_router(router)
    with served(app) as client:
        answer = client.get("/failing")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["error"]["what"] == ".../a.parquet is gone."
    assert "hunter2" not in answer.text


def test_the_docs_page_needs_no_other_host_and_holds_no_script(session: Session) -> None:
    with served(application(Serving(session))) as client:
        page = client.get("/docs")
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.S)
        assert [inner for _, inner in scripts if inner] == []
        files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(files) == 4
        for file in files:
            assert file.startswith("/docs/")
            assert client.get(file).status_code == 200
        assert "javascript" in client.get("/docs/start.js").headers["Content-Type"]
        assert client.get("/docs/../app.py").status_code == 404
        assert client.get("/docs/redoc.standalone.js").status_code == 422
        assert client.get("/openapi.json").json()["openapi"].startswith("3.1")


def test_the_metrics_are_for_those_who_operate_and_for_whoever_brings_the_token(session: Session) -> None:
    token = "a-token-of-the-metrics"
    readers = {"pat": Reader("pat", (Grant("platform"),)), "dev": Reader("dev", (Grant("owner", "sales"),))}

    def who(request: Request) -> Reader:
        name = request.headers.get("authorization", "").removeprefix("Bearer ")
        if name in readers:
            return readers[name]
        raise NotSignedIn("sign in")

    with served(application(Serving(session, who, ServerSettings(metrics_token=token)))) as client:
        asked = {
            name: client.get("/metrics", headers={"Authorization": f"Bearer {name}"}) for name in (token, *readers)
        }
        assert {name: answer.status_code for name, answer in asked.items()} == {token: 200, "pat": 200, "dev": 403}
        assert client.get("/metrics").status_code == 401
        assert (
            'weft_requests_total{method="GET",route="/metrics",status="200"}'
            in client.get("/metrics", headers={"Authorization": "Bearer pat"}).text
        )


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
