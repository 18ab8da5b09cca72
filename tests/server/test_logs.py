"""The log is of lines for programs, and holds no secret."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from fastapi import APIRouter
from tests.served import served

from weft.server.app import application
from weft.server.logs import AsJson, AsText, hidden
from weft.server.serving import Serving
from weft.session import open_session


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer hunter2hunter2",
        "token=hunter2hunter2",
        'password: "hunter2hunter2"',
        "postgresql://weft:hunter2hunter2@db/mesh",
        "weft_hunter2hunter2 was sent",
        "client_secret=hunter2hunter2&a=b",
        "Cookie: hunter2hunter2",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "hunter2" not in hidden(text)


@pytest.mark.parametrize("text", ["GET /api/v1/products/sales.orders", "sales.orders.orders@1", "the key of a table"])
def test_what_is_no_secret_is_told(text: str) -> None:
    assert hidden(text) == text


def test_a_line_is_one_object_with_its_fields_and_stack() -> None:
    try:
        raise RuntimeError("token=hunter2hunter2")
    except RuntimeError as error:
        record = logging.makeLogRecord(
            {
                "name": "weft.server",
                "msg": "broken",
                "levelname": "ERROR",
                "exc_info": (RuntimeError, error, error.__traceback__),
                "kind": "a",
            }
        )
    line = json.loads(AsJson().format(record))
    assert (line["message"], line["level"], line["kind"]) == ("broken", "error", "a")
    assert "RuntimeError" in line["stack"]
    assert "hunter2" not in AsJson().format(record) + AsText().format(record)


def test_a_request_is_one_line_with_its_id_and_without_the_secrets_of_its_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    app, router = application(Serving(open_session(tmp_path))), APIRouter()

    @router.get("/invitations/{token}/of/{name}")
    def invited(token: str, name: str) -> str:
        return name

    app.include_router(router)
    with caplog.at_level(logging.INFO, "weft.server"), served(app) as client:
        named = client.get("/invitations/hunter2/of/ana?code=hunter2").headers["X-Request-Id"]
    (record,) = [one for one in caplog.records if one.getMessage() == "request"]
    line = json.loads(AsJson().format(record))
    assert (line["path"], line["status"], line["method"]) == ("/invitations/.../of/ana", 200, "GET")
    assert "hunter2" not in str(line)
    assert len(named) == 16


def test_what_is_unforeseen_is_in_the_log_by_the_same_id(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    app, router = application(Serving(open_session(tmp_path))), APIRouter()

    @router.get("/broken")
    def broken() -> None:
        raise RuntimeError("inside")

    app.include_router(router)
    with caplog.at_level(logging.INFO, "weft.server"), served(app) as client:
        client.get("/broken", headers={"X-Request-Id": "abcdefgh"})
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info and "inside" in str(record.exc_info[1])
