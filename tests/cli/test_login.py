"""`weft login` and `weft logout`: a token that was tried, kept where nobody else reads it."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checkouts import served
from tests.cli.conftest import call
from tests.meshes import write_mesh

from weft.wire import Credentials, address, credentials_file


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server, and a token of it."""
    root = write_mesh(tmp_path_factory.mktemp("login") / "hub")
    assert call("access", "service", "sales/laptop", mesh=root).status == 0
    assert call("access", "grant", "sales/laptop", "owner", "sales", mesh=root).status == 0
    token = call("access", "token", "laptop", "--of", "sales/laptop", mesh=root).out.strip()
    with served(root) as server:
        yield server.url, token


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WEFT_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_token_is_piped_in_tried_and_kept_for_its_owner_alone(hub: tuple[str, str]) -> None:
    url, token = hub
    said = call("login", f"{url}/", "--token-stdin", given=f"{token}\n")
    assert f"logged in to {url} as sales/laptop, owner of sales" in said.err
    assert token not in said.out + said.err
    assert stat.S_IMODE(credentials_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(credentials_file().parent.stat().st_mode) == 0o700
    assert call("search", "visits", "--server", url).status == 0
    assert call("logout").err == f"logged out of {url}\n"
    assert "you are not logged in" in call("search", "visits", "--server", url).err


def test_it_is_one_object_as_json(hub: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    url, token = hub
    monkeypatch.setenv("WEFT_TOKEN", token)
    said = call("login", url, "--json").object
    assert (said["server"], said["name"], said["scopes"]) == (url, "sales/laptop", ["catalogue", "query"])
    assert call("logout", url, "--json").object == {"server": url, "was_logged_in": True}
    assert call("logout", url, "--json").object == {"server": url, "was_logged_in": False}


@pytest.mark.parametrize("token", ["weft_nonsense", "", "two words", "gr\u00fcn"])
def test_what_lets_nobody_in_is_not_kept(hub: tuple[str, str], token: str) -> None:
    said = call("login", hub[0], "--token-stdin", given=f"{token}\n")
    assert said.status in (1, 2)
    assert Credentials(credentials_file()).servers() == {}


def test_where_nobody_is_to_be_asked_it_says_how(hub: tuple[str, str]) -> None:
    said = call("login", hub[0])
    assert (said.status, "--token-stdin" in said.err) == (2, True)


def test_a_token_goes_to_its_own_server_alone(hub: tuple[str, str]) -> None:
    url, token = hub
    call("login", url, "--token-stdin", given=f"{token}\n")
    said = call("show", "--server", "https://elsewhere.example.org")
    assert (said.status, "you are not logged in to https://elsewhere.example.org" in said.err) == (1, True)


def test_what_answers_is_no_weft(tmp_path: Path) -> None:
    import http.server
    import threading

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said = call("login", f"http://127.0.0.1:{server.server_port}", "--token-stdin", given="weft_x\n")
        server.shutdown()
    assert (said.status, "not as a Weft server does" in said.err) == (1, True)


def test_a_file_that_others_can_read_is_refused(hub: tuple[str, str]) -> None:
    url, token = hub
    call("login", url, "--token-stdin", given=f"{token}\n")
    credentials_file().chmod(0o644)
    said = call("show", "--server", url)
    assert (said.status, "chmod 600" in said.err) == (2, True)


def test_a_file_that_is_none_of_ours_says_so() -> None:
    credentials_file().parent.mkdir(parents=True)
    credentials_file().write_text(json.dumps([1]))
    credentials_file().chmod(0o600)
    said = call("logout", "https://mesh.example.org")
    assert (said.status, "is no file of credentials" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("https://Mesh.Example.org/", "https://mesh.example.org"),
        ("https://mesh.example.org:443/weft/", "https://mesh.example.org/weft"),
        ("https://mesh.example.org:8443", "https://mesh.example.org:8443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_one_server_has_one_spelling(said: str, meant: str) -> None:
    assert address(said) == meant


@pytest.mark.parametrize(
    "said", ["mesh.example.org", "ftp://x", "https://", "https://a:b@c", "https://a?b", "https://a:x"]
)
def test_what_is_no_url_is_misuse(said: str) -> None:
    assert call("login", said, "--token-stdin", given="x\n").status == 2
