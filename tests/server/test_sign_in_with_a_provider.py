"""Signing in by a real OIDC provider through a real server: from our page to theirs, and back into a session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from tests.conftest import free_port
from tests.identity.oidc_provider.running import SECRETS, running, signed_in_there
from tests.served import served
from tests.session.people.crowd import ADA, BOB, People

from weft.access import OWNER
from weft.server.app import application
from weft.server.serving import Serving
from weft.server.signing_in import who
from weft.session import Session, open_session
from weft.session.people.accounts import invite, lock

MESH = """
name: shop
sign_in:
  providers:
    - name: corporate
      issuer: http://127.0.0.1:{port}
      client_id: weft
      client_secret: ${{CORPORATE_SECRET}}
      scopes: [email, groups, region]
      joins: anybody
      roles:
        - {{claim: groups, value: mesh-platform, role: platform}}
        - {{claim: groups, value: flying, role: developer, domain: operations}}
      attributes: {{region: region}}
    - name: by_invitation
      issuer: http://127.0.0.1:{port}
      client_id: weft-public
      joins: invited
"""


@dataclass(frozen=True)
class Place:
    client: httpx.Client
    people: People

    def began(self, provider: str = "corporate", **query: str) -> str:
        """Where we send a browser."""
        answer = self.client.get(f"/sign-in/with/{provider}", params=query)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def back(self, provider: str = "corporate") -> str:
        return f"{str(self.client.base_url).rstrip('/')}/sign-in/with/{provider}/back"

    def signed_in(self, login: str = "ada", provider: str = "corporate", **query: str) -> httpx.Response:
        there = self.began(provider, **query)
        return self.client.get(signed_in_there(there, login, self.back(provider), self.client))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root: Path = tmp_path_factory.mktemp("mesh")
    (root / "mesh.yaml").write_text(MESH.format(port=free_port()))
    with open_session(root) as found:
        yield found


@pytest.fixture(scope="module")
def base(session: Session) -> Iterator[str]:
    """The server and the provider know of each other; both live as long as the module."""
    issuer = httpx.URL(session.settings.sign_in.providers[0].issuer)
    patch = pytest.MonkeyPatch()
    patch.setenv("CORPORATE_SECRET", SECRETS["weft"])
    with served(application(Serving(session, who))) as client:
        url = str(client.base_url).rstrip("/")
        backs = [f"{url}/sign-in/with/{name}/back" for name in ("corporate", "by_invitation")]
        with running(backs, issuer.port or 0):
            yield url
    patch.undo()


@pytest.fixture
def place(base: str, session: Session) -> Iterator[Place]:
    with httpx.Client(base_url=base, trust_env=False) as client:
        yield Place(client, People(session.registry, session.settings))


def test_a_person_joins_with_the_roles_and_attributes_that_the_provider_says(place: Place) -> None:
    answer = place.signed_in(next="/api/v1/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/api/v1/me")
    me = place.client.get("/api/v1/me").json()
    assert (me["name"], me["kind"]) == (ADA, "person")
    assert {(one["role"], one["domain"]) for one in me["grants"]} == {("platform", ""), ("developer", "operations")}
    assert me["attributes"] == {"region": ["EU", "US"]}


def test_who_comes_again_is_the_same_and_a_role_taken_away_there_is_gone_here(place: Place, session: Session) -> None:
    place.signed_in("carl")
    assert place.client.get("/api/v1/me").json()["grants"] == [{"role": "developer", "domain": "operations"}]
    corporate = replace(session.settings.sign_in.providers[0], roles=())
    from weft.session.people.providers import Providers
    from weft.session.people.signing_in import Origin

    sign_in = replace(session.settings.sign_in, providers=(corporate,))
    server = replace(session.settings.server, url=str(place.client.base_url).rstrip("/"))
    providers = Providers(session.registry, replace(session.settings, sign_in=sign_in, server=server))
    leaving = providers.leave("corporate")
    there = signed_in_there(leaving.url, "carl", place.back(), place.client)
    opened = providers.enter("corporate", dict(there.params), leaving.secret, (Origin("203.0.113.7"), ""))
    assert opened.account == "carl@example.org"
    assert place.client.get("/api/v1/me").json()["grants"] == []


def test_a_mail_address_that_nobody_verified_names_no_account(place: Place) -> None:
    answer = place.signed_in("ivan")
    assert answer.status_code == 401
    assert "has not verified the mail address" in answer.text


def test_nobody_takes_an_account_over_by_its_name(place: Place) -> None:
    place.people.joined("dora@example.org")
    answer = place.signed_in("dora")
    assert answer.status_code == 403
    assert "was never signed in to by corporate" in answer.text


def test_who_was_not_invited_is_told_so(place: Place) -> None:
    answer = place.signed_in("fred", "by_invitation")
    assert answer.status_code == 403
    assert "nobody invited you to this mesh" in answer.text


def test_an_invitation_is_accepted_by_signing_in_there(place: Place) -> None:
    link = invite(place.people.registry, place.people.settings, OWNER, BOB)
    page = place.client.get(httpx.URL(link.url).path)
    secret = link.url.rpartition("/")[2]
    assert f"/sign-in/with/by_invitation?invitation={secret}" in page.text
    assert place.signed_in("bob", "by_invitation", invitation=secret).status_code == 303
    assert place.client.get("/api/v1/me").json()["name"] == BOB
    assert place.client.get(httpx.URL(link.url).path).status_code == 401
    assert place.signed_in("bob", "by_invitation").status_code == 303


def test_a_locked_account_is_not_opened_by_a_provider(place: Place) -> None:
    place.signed_in("gina")
    lock(place.people.registry, OWNER, "gina@example.org", "left")
    answer = place.signed_in("gina")
    assert answer.status_code == 401
    assert "locked: left" in answer.text


def test_an_answer_in_another_browser_signs_nobody_in(place: Place, base: str) -> None:
    there = signed_in_there(place.began(), "ada", place.back(), place.client)
    with httpx.Client(base_url=base, trust_env=False) as victim:
        answer = victim.get(there)
        assert answer.status_code == 401
        assert "began in another browser" in answer.text
        victim.get("/sign-in/with/corporate")
        assert victim.get(there).status_code == 401


def test_an_answer_is_good_once(place: Place) -> None:
    there = signed_in_there(place.began(), "ada", place.back(), place.client)
    assert place.client.get(there).status_code == 303
    assert place.client.get(there).status_code == 401


def test_a_provider_that_nobody_set_up_is_unknown(place: Place) -> None:
    answer = place.client.get("/sign-in/with/corporat")
    assert answer.status_code == 404
    assert "Did you mean 'corporate'" in answer.text


def test_the_page_and_the_api_say_how_one_signs_in(place: Place) -> None:
    assert place.client.get("/api/v1/sign-in").json()["providers"] == ["corporate", "by_invitation"]
    assert 'href="/sign-in/with/corporate?next=' in place.client.get("/sign-in").text
