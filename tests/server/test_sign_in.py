"""Signing in over HTTP: cookies, tokens, what our own pages send along, and that no secret gets anywhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.served import served
from tests.session.people.crowd import ADA, BOB, PASSWORD, People

from weft.access import OWNER, Grant
from weft.access.scopes import SCOPES
from weft.server.app import application
from weft.server.serving import Serving
from weft.server.signing_in import who
from weft.session import open_session
from weft.session.people.accounts import invite, lock
from weft.session.people.roles import appoint
from weft.session.people.tokens import Wanted, make


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    with open_session(tmp_path) as session:
        yield People(session.registry, session.settings)


@pytest.fixture
def client(people: People) -> Iterator[httpx.Client]:
    with open_session(people.settings.root) as session, served(application(Serving(session, who))) as speaking:
        yield speaking


def signed_in(client: httpx.Client, name: str = ADA, password: str = PASSWORD) -> dict[str, str]:
    """The headers that our own pages send along."""
    answer = client.post("/api/v1/sign-in", json={"name": name, "password": password})
    assert answer.status_code == 201, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(people: People, client: httpx.Client) -> None:
    people.joined(ADA, Grant("owner", "operations"))
    answer = client.post("/api/v1/sign-in", json={"name": ADA, "password": PASSWORD})
    session, device = sorted(answer.headers.get_list("set-cookie"), reverse=True)
    assert session.startswith("weft_session=") and device.startswith("weft_device=")
    assert all(word in session for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=6047"))
    assert all(word in device for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert client.cookies["weft_session"] not in answer.text
    me = client.get("/api/v1/me").json()
    assert (me["name"], me["grants"], me["scopes"]) == (ADA, [{"role": "owner", "domain": "operations"}], None)
    assert me["csrf"] == answer.json()["csrf"]


def test_under_https_a_cookie_is_secure_and_of_this_host_alone(people: People) -> None:
    people.joined(ADA)
    with open_session(people.settings.root) as session:
        server = replace(session.settings.server, url="https://mesh.example.org")
        with served(application(Serving(session, who, server))) as client:
            answer = client.post("/api/v1/sign-in", json={"name": ADA, "password": PASSWORD})
            for cookie in answer.headers.get_list("set-cookie"):
                assert cookie.startswith("__Host-weft_")
                assert "Secure" in cookie and "Domain" not in cookie
            session_cookie = answer.headers["set-cookie"].split(";")[0]
            planted = session_cookie.replace("__Host-", "")
            assert client.get("/api/v1/me", headers={"Cookie": planted}).status_code == 401


def test_nobody_is_signed_in_without_cookie_or_token(client: httpx.Client) -> None:
    for headers in ({}, {"Cookie": "weft_session=x"}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTpi"}):
        answer = client.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (401, "NotSignedIn")


def test_a_wrong_token_is_not_helped_by_a_cookie(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    signed_in(client)
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("csrf", [None, "", "x"])
def test_what_changes_something_needs_what_our_own_pages_know(
    people: People, client: httpx.Client, csrf: str | None
) -> None:
    people.joined(ADA)
    good = signed_in(client)
    headers = {} if csrf is None else {"X-CSRF-Token": csrf}
    answer = client.post("/api/v1/tokens", json={"name": "laptop"}, headers=headers)
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["error"]["mend"]
    assert client.post("/api/v1/tokens", json={"name": "laptop"}, headers=good).status_code == 201


def test_what_one_session_sends_along_is_nothing_in_another(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    people.joined(BOB)
    bobs = signed_in(client, BOB)
    signed_in(client)
    assert client.post("/api/v1/tokens", json={"name": "laptop"}, headers=bobs).status_code == 403


def test_signing_in_ends_the_session_that_the_browser_had(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    signed_in(client)
    fixed = client.cookies["weft_session"]
    signed_in(client)
    assert client.cookies["weft_session"] != fixed
    assert client.get("/api/v1/me", headers={"Cookie": f"weft_session={fixed}"}).status_code == 401


def test_a_new_role_renews_the_cookie_with_whatever_is_answered_next(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    signed_in(client)
    before = client.cookies["weft_session"]
    appoint(people.registry, OWNER, ADA, Grant("owner", "operations"))
    answer = client.get("/api/v1/tokens")
    assert "weft_session=" in answer.headers["set-cookie"]
    assert client.cookies["weft_session"] != before
    assert client.get("/api/v1/me").json()["grants"] == [{"role": "owner", "domain": "operations"}]


def test_signing_out_takes_the_cookie_away(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    headers = signed_in(client)
    kept = client.cookies["weft_session"]
    assert client.post("/api/v1/sign-out", headers=headers).status_code == 204
    assert "weft_session" not in client.cookies
    assert client.get("/api/v1/me", headers={"Cookie": f"weft_session={kept}"}).status_code == 401


def test_a_token_needs_no_cookie_and_is_good_for_its_scopes(people: People, client: httpx.Client) -> None:
    ada = people.joined(ADA, Grant("platform"))
    token = make(people.registry, people.settings.sign_in, ada, Wanted("laptop")).secret
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).json()["scopes"] == ["catalogue", "query"]
    answer = client.post("/api/v1/people", json={"name": BOB}, headers=headers)
    assert answer.status_code == 403
    assert "scope 'people'" in answer.json()["error"]["mend"]


def test_who_guesses_is_told_when_to_come_again(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    wrong = {"name": ADA, "password": "wrong wrong wrong"}
    statuses = [client.post("/api/v1/sign-in", json=wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    answer = client.post("/api/v1/sign-in", json=wrong)
    assert 1 <= int(answer.headers["Retry-After"]) <= 30


def test_a_locked_account_is_out_with_the_next_request(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    signed_in(client)
    assert client.get("/api/v1/me").status_code == 200
    lock(people.registry, OWNER, ADA, "left")
    assert client.get("/api/v1/me").status_code == 401


def test_the_form_signs_in_and_goes_on_within_this_server(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    page = client.get("/sign-in", params={"next": "/api/v1/me"})
    assert 'method="post" action="/sign-in"' in page.text and 'value="/api/v1/me"' in page.text
    assert "<script>" not in page.text and "style=" not in page.text
    form = {"name": ADA, "password": PASSWORD, "next": "/api/v1/me"}
    answer = client.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/api/v1/me")
    assert client.get("/api/v1/me").json()["name"] == ADA


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(people: People, client: httpx.Client, next: str) -> None:
    people.joined(ADA)
    answer = client.post("/sign-in", data={"name": ADA, "password": PASSWORD, "next": next})
    assert answer.headers["location"] == "/"


def test_a_page_repeats_nothing_that_a_browser_would_run(client: httpx.Client) -> None:
    nasty = '/"><script>alert(1)</script>'
    assert "<script>" not in client.get("/sign-in", params={"next": nasty}).text
    assert "<script>" not in client.post("/sign-in", data={"name": nasty, "password": "x", "next": nasty}).text


def test_a_wrong_password_shows_the_form_again(people: People, client: httpx.Client) -> None:
    answer = client.post("/sign-in", data={"name": ADA, "password": "wrong wrong wrong"})
    assert answer.status_code == 401
    assert "The name or the password is wrong" in answer.text and "<form" in answer.text


def test_an_invitation_is_a_page_that_asks_for_a_password(people: People, client: httpx.Client) -> None:
    link = invite(people.registry, people.settings, OWNER, ADA)
    path = httpx.URL(link.url).path
    page = client.get(path)
    assert ADA in page.text and page.headers["referrer-policy"] == "same-origin"
    good = "another good password"
    answer = client.post(path, data={"password": good, "again": "another good passwort"})
    assert answer.status_code == 400 and "not the same" in answer.text
    answer = client.post(path, data={"password": "short", "again": "short"})
    assert answer.status_code == 400 and "12 to 256" in answer.text
    assert client.post(path, data={"password": good, "again": good}).status_code == 303
    assert client.get("/api/v1/me").json()["name"] == ADA
    assert client.get(path).status_code == 401
    assert client.post(path, data={"password": good, "again": good}).status_code == 401


def test_a_page_of_another_site_signs_nobody_in(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    form = {"name": ADA, "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/sign-in", data=form, headers=headers).status_code == 403


def test_people_are_invited_appointed_and_locked_over_http(people: People, client: httpx.Client) -> None:
    people.joined(ADA, Grant("platform"), Grant("governance"))
    headers = signed_in(client)
    answer = client.post(
        "/api/v1/people", json={"name": BOB, "grants": [{"role": "owner", "domain": "sales"}]}, headers=headers
    )
    assert answer.status_code == 201
    assert httpx.URL(answer.json()["url"]).host == "127.0.0.1"
    (bob,) = [one for one in client.get("/api/v1/people").json()["people"] if one["name"] == BOB]
    assert (bob["state"], bob["roles"]) == ("invited", ["owner of sales"])
    given = {"account": BOB, "role": "auditor"}
    assert client.post("/api/v1/grants", json=given, headers=headers).status_code == 201
    (grant,) = client.get("/api/v1/grants", params={"account": BOB, "domain": "sales"}).json()["grants"]
    assert (grant["role"], grant["source"], grant["by"]) == ("owner", "given", ADA)
    assert client.delete("/api/v1/grants", params=given, headers=headers).status_code == 204
    attributes = {"attributes": {"region": ["EU"]}}
    assert client.put(f"/api/v1/people/{BOB}/attributes", json=attributes, headers=headers).json() == attributes
    assert client.post(f"/api/v1/people/{BOB}/lock", json={"because": "left"}, headers=headers).status_code == 204
    assert client.post(f"/api/v1/people/{BOB}/unlock", headers=headers).status_code == 204
    assert client.post("/api/v1/people", json={"name": "carl@example.org"}, headers=headers).status_code == 201
    assert client.post("/api/v1/people/carl@example.org/link", headers=headers).status_code == 201
    appoint(people.registry, OWNER, BOB, Grant("reader", "sales"))
    answer = client.post(f"/api/v1/people/{BOB}/link", headers=headers)
    assert answer.status_code == 403 and "has roles or agreements" in answer.text
    answer = client.post("/api/v1/people/nobody@x/lock", json={"because": "left"}, headers=headers)
    assert answer.status_code == 404


def test_services_and_their_tokens_are_kept_over_http(people: People, client: httpx.Client) -> None:
    people.joined(ADA, Grant("owner", "operations"))
    headers = signed_in(client)
    name = "operations/dashboard"
    assert client.post("/api/v1/services", json={"name": name}, headers=headers).status_code == 201
    made = client.post("/api/v1/tokens", json={"name": "prod", "of": name}, headers=headers).json()
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert client.get("/api/v1/me", headers=bearer).json()["kind"] == "service"
    (listed,) = client.get("/api/v1/tokens", params={"of": name}).json()["tokens"]
    assert "secret" not in listed
    assert client.delete("/api/v1/tokens/prod", params={"of": name}, headers=headers).status_code == 204
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    (service,) = client.get("/api/v1/services").json()["services"]
    assert (service["name"], service["tokens"]) == (name, 0)


def test_a_password_is_changed_and_other_sessions_end(people: People, client: httpx.Client) -> None:
    people.joined(ADA)
    signed_in(client)
    other = client.cookies["weft_session"]
    client.cookies.clear()
    headers = signed_in(client)
    both = {"old": PASSWORD, "new": "another good password"}
    assert client.post("/api/v1/me/password", json=both, headers=headers).status_code == 201
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers={"Cookie": f"weft_session={other}"}).status_code == 401


def test_no_secret_is_written_to_the_log(
    people: People, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = invite(people.registry, people.settings, OWNER, ADA)
    client.get(httpx.URL(link.url).path)
    people.accepted(link.url)
    headers = signed_in(client)
    made = client.post("/api/v1/tokens", json={"name": "laptop"}, headers=headers).json()
    client.get("/api/v1/me", headers={"Authorization": f"Bearer {made['secret']}"})
    client.post("/api/v1/sign-in", json={"name": ADA, "password": "wrong wrong wrong"})
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records if "weft" in record.name)
    assert "/invitation/" in written
    secrets = [link.url.rpartition("/")[2], client.cookies["weft_session"], client.cookies["weft_device"]]
    for secret in (*secrets, made["secret"], PASSWORD, headers["X-CSRF-Token"], "wrong wrong wrong"):
        assert secret not in written


@pytest.mark.parametrize("name", ["\\ud800", "a\\u0000b", "x" * 400, "", "\\u202eada"])
@pytest.mark.parametrize(
    "path", ["/api/v1/sign-in", "/api/v1/people", "/api/v1/services", "/api/v1/tokens", "/api/v1/grants"]
)
def test_texts_that_are_none_are_refused_and_break_nothing(
    people: People, client: httpx.Client, path: str, name: str
) -> None:
    people.joined(ADA, Grant("platform"), Grant("governance"), Grant("owner", "operations"))
    token = make(people.registry, people.settings.sign_in, people.reader(ADA), Wanted("all", tuple(SCOPES))).secret
    body = f'{{"name": "{name}", "password": "{name}", "account": "{name}", "role": "auditor"}}'
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert 400 <= client.post(path, content=body, headers=headers).status_code < 500


@pytest.mark.parametrize(
    "path", ["/invitation/%00", "/invitation/%ed%a0%80", "/sign-in/with/%00", "/sign-in/with/x/back?a=%ff"]
)
def test_paths_that_are_none_are_refused_and_break_nothing(client: httpx.Client, path: str) -> None:
    assert 400 <= client.get(path, headers={"Cookie": b"weft_session=\xff\xfe; weft_flow=%.%.%"}).status_code < 500


def test_one_s_own_page_says_what_one_may_and_makes_tokens(people: People, client: httpx.Client) -> None:
    people.joined(ADA, Grant("owner", "operations"))
    headers = signed_in(client)
    client.post("/api/v1/tokens", json={"name": "<laptop>"}, headers=headers)
    page = client.get("/me").text
    assert "operations" in page and "&lt;laptop&gt;" in page and "<laptop>" not in page
    assert 'data-send="POST /api/v1/sign-out"' in page and f'content="{headers["X-CSRF-Token"]}"' in page
