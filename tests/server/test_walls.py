"""What stands around every route: hosts, origins, rates, sizes, headers, ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, Request
from tests.served import served

from weft.access import Reader
from weft.errors import NotSignedIn
from weft.server.app import application
from weft.server.asking import Asking
from weft.server.serving import Serving
from weft.server.walls.rates import Buckets, origin_of
from weft.session import open_session
from weft.settings import ServerSettings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    with _served(tmp_path, ServerSettings(body_bytes=1024, hosts=("*.example.org",))) as client:
        yield client


def _served(folder: Path, server: ServerSettings):  # type: ignore[no-untyped-def]
    (folder / "mesh.yaml").write_text("name: shop\n")
    app = application(Serving(open_session(folder), _who, server))
    router = APIRouter()

    @router.post("/told/{token}")
    async def told(request: Request, asking: Asking) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    app.include_router(router)
    return served(app)


def _who(request: Request) -> Reader:
    if name := request.headers.get("authorization", "").removeprefix("Bearer "):
        return Reader(name)
    raise NotSignedIn("sign in")


ANA = {"Authorization": "Bearer ana"}


@pytest.mark.parametrize("host", ["evil.example.com", "localhost.evil.com", "", "[", "example.org"])
def test_another_sites_name_gets_no_answer(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:99", "LOCALHOST", "127.0.0.1", "[::1]:80", "mesh.example.org"])
def test_its_own_names_and_addresses_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
    ids=str,
)
def test_a_page_of_another_site_cannot_act(client: httpx.Client, headers: dict[str, str]) -> None:
    assert client.post("/told/a", headers={**ANA, **headers}).status_code == 403


def test_a_page_of_ours_can_act(client: httpx.Client) -> None:
    origin = str(client.base_url).rstrip("/")
    for said in ({"Origin": origin}, {"Sec-Fetch-Site": "same-origin", "Origin": origin}, {}):
        assert client.post("/told/a", headers={**ANA, **said}).status_code == 200


def test_a_request_that_is_too_large_is_not_read(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 256

    for content in (b"x" * 1025, endless()):
        answer = client.post("/told/a", content=content, headers=ANA)
        assert answer.status_code == 413
        assert "1,024 bytes" in answer.json()["error"]["what"]
    assert client.post("/told/a", content=b"x" * 1024, headers=ANA).json() == {"bytes": 1024}


def test_every_answer_has_its_headers(client: httpx.Client) -> None:
    for answer in (client.get("/health"), client.get("/nowhere"), client.get("/health", headers={"Host": "evil"})):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in answer.headers


def test_a_server_behind_https_says_so(tmp_path: Path) -> None:
    with _served(tmp_path, ServerSettings(url="https://mesh.example.org")) as client:
        assert client.get("/health").headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert client.get("/health", headers={"Host": "mesh.example.org"}).status_code == 200


@pytest.mark.parametrize("given", ["short", "a b c d e f g h", "x" * 65, 'quote"quote"'])
def test_an_id_that_could_do_harm_is_replaced(client: httpx.Client, given: str) -> None:
    found = client.get("/health", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert len(found) == 16


def test_a_well_formed_id_is_taken_over(client: httpx.Client) -> None:
    answer = client.get("/nowhere", headers={"X-Request-Id": "4bf92f3577b34da6"})
    assert answer.headers["X-Request-Id"] == answer.json()["error"]["request_id"] == "4bf92f3577b34da6"


def test_a_reader_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with _served(tmp_path, ServerSettings(reader_per_minute=12)) as client:
        answers = [client.post("/told/a", headers=ANA).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert 1 <= int(client.post("/told/a", headers=ANA).headers["Retry-After"]) <= 5
        assert client.post("/told/a", headers={"Authorization": "Bearer ben"}).status_code == 200


def test_whoever_guesses_tokens_is_held_back_soon(tmp_path: Path) -> None:
    with _served(tmp_path, ServerSettings(origin_per_minute=60)) as client:
        answers = [client.post("/told/a").status_code for _ in range(3)]
        assert answers == [401, 429, 429]
        assert client.get("/health").status_code == 200


def test_buckets_fill_steadily(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("weft.server.walls.rates.time.monotonic", lambda: now)
    buckets = Buckets(60)
    assert [buckets.wait("a") for _ in range(11)] == [0.0] * 10 + [1.0]
    now = 2.0
    assert [buckets.wait("a") for _ in range(3)] == [0.0, 0.0, 1.0]


def test_a_machine_has_a_whole_network_of_ipv6() -> None:
    one, other = ({"client": (f"2001:db8::{end}", 1)} for end in "1f")
    assert origin_of(one) == origin_of(other) == "2001:db8::/64"


def test_no_limit_holds_nobody_back() -> None:
    assert Buckets(0).wait("a", 1e9) == 0.0
