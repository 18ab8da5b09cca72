"""A post goes where it is meant to go, and nowhere else."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from weft.errors import DeliveryFault
from weft.governance.addresses import Hook
from weft.governance.webhooks import post

from .conftest import Posts

HOOK = Hook("slack:x", "${CHAT_URL}")


@pytest.fixture(autouse=True)
def chat_url(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_URL", posts.url)


def refusal(hook: Hook = HOOK) -> str:
    with pytest.raises(DeliveryFault) as caught:
        post(hook, {"text": "x"}, "key", 2.0)
    return str(caught.value)


def test_it_is_one_json_object(posts: Posts) -> None:
    post(HOOK, {"text": "über"}, "key", 2.0)
    ((path, heads, payload),) = posts.got
    assert (path, payload) == ("/services/T0/B0/SECRETPATH", {"text": "über"})
    assert (heads["Content-Type"], heads["Idempotency-Key"]) == ("application/json; charset=utf-8", "key")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_it_is_not_led_elsewhere(posts: Posts, code: int) -> None:
    posts.answers, posts.heads = [(code, b"")], {"Location": posts.url}
    assert "it leads elsewhere, which is not followed" in refusal()
    assert len(posts.got) == 1


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "data:,x", "//127.0.0.1/x", "x", "https://"]
)
def test_what_is_no_url_of_the_web_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_URL", url)
    assert "no https URL of a webhook. See that ${CHAT_URL}" in refusal()


def test_without_encryption_nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_URL", "http://198.51.100.1/hook")
    assert "which anybody on the way can read" in refusal()


def test_a_product_s_variable_leads_to_no_host_but_those_allowed(posts: Posts) -> None:
    told = refusal(replace(HOOK, hosts=("hooks.slack.com",)))
    assert "its host is none that products of this mesh may post to. Name its host in mesh.yaml: notify.hosts." in told
    assert posts.got == []


def test_a_host_that_mesh_yaml_allows_is_posted_to(posts: Posts) -> None:
    post(replace(HOOK, hosts=(f"127.0.0.1:{posts.port}",)), {"text": "x"}, "key", 2.0)
    assert len(posts.got) == 1


def test_a_variable_within_a_text_is_not_replaced(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    post(replace(HOOK, url=posts.url + "/${PASSWORD}"), {"text": "x"}, "key", 2.0)
    assert [path for path, _, _ in posts.got] == ["/services/T0/B0/SECRETPATH/${PASSWORD}"]


def test_a_proxy_is_not_asked_for_this_machine(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    post(HOOK, {"text": "x"}, "key", 2.0)
    assert len(posts.got) == 1


def test_what_does_not_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("CHAT_URL", f"http://127.0.0.1:{port}/hook")
    assert "nothing answers there" in refusal()


def test_a_long_answer_is_not_read_to_its_end(posts: Posts) -> None:
    posts.answers = [(400, b"x" * 5_000_000)]
    assert "it answers 400 Bad Request. See" in refusal()
