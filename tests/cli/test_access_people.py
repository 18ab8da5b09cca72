"""`weft access people|invite|grant|withdraw|token|service|attributes|lock|unlock`, here and at a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.served import served
from tests.session.people.crowd import ADA, BOB, People

from weft.access import Grant
from weft.identity.secrets import is_token
from weft.server.app import application
from weft.server.serving import Serving
from weft.server.signing_in import who
from weft.session import open_session
from weft.session.people.tokens import Wanted, make

from .conftest import Weft

EVERYTHING = ("catalogue", "people", "tokens")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text("name: shop\nserver: {url: https://mesh.example.org}\n")
    return tmp_path


def test_who_is_invited_is_listed_with_their_role_and_opens_the_link(weft: Weft, shop: Path) -> None:
    said = weft("access", "invite", ADA, "--role", "owner", "--in", "operations", "--json", mesh=shop).object
    assert said["account"] == ADA and said["url"].startswith("https://mesh.example.org/invitation/")
    (ada,) = weft("access", "people", "--json", mesh=shop).object["people"]
    assert (ada["name"], ada["state"], ada["roles"]) == (ADA, "invited", ["owner of operations"])
    with open_session(shop) as session:
        assert People(session.registry, session.settings).accepted(said["url"]).name == ADA
    assert "active" in weft("access", "people", mesh=shop).out
    assert "--again" in weft("access", "invite", ADA, mesh=shop).err
    assert weft("access", "invite", ADA, "--again", mesh=shop).out.startswith("https://mesh.example.org/invitation/")


def test_a_link_and_a_token_are_on_standard_output_alone(weft: Weft, shop: Path) -> None:
    link = weft("access", "invite", ADA, mesh=shop)
    assert link.out.count("\n") == 1 and "invitation" not in link.err
    token = weft("access", "token", "laptop", "--of", ADA, mesh=shop)
    assert is_token(token.out.strip()) and "weft_" not in token.err


def test_roles_are_given_and_withdrawn(weft: Weft, shop: Path) -> None:
    for name in (ADA, BOB):
        weft("access", "invite", name, mesh=shop)
    assert weft("access", "grant", ADA, "platform", mesh=shop).status == 0
    assert weft("access", "withdraw", ADA, "platform", mesh=shop).err.startswith("weft: ada@example.org is the last")
    weft("access", "grant", BOB, "platform", mesh=shop)
    said = weft("access", "withdraw", ADA, "platform", "--json", mesh=shop)
    assert said.object == {"account": ADA, "role": "platform", "domain": ""}
    assert [one["roles"] for one in weft("access", "people", "--json", mesh=shop).object["people"]] == [
        [],
        ["platform of the mesh"],
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("grant", ADA, "ownr", "operations"), 1, "Did you mean 'owner'"),
        (("grant", ADA, "owner"), 2, "is one of a domain"),
        (("grant", "nobody@example.org", "owner", "operations"), 1, "there is no account"),
        (("invite", "operations.flights"), 2, "could be a product's name"),
        (("lock", ADA), 2, "say why"),
        (("unlock", ADA), 1, "is not locked"),
        (("token", "--withdraw"), 2, "without a name"),
        (("token", "x"), 2, "needs no token"),
        (("token", "x", "--of", ADA, "--scope", "all"), 2, "no scope"),
        (("service", "dashboard"), 2, "no name of a service"),
        (("attributes", ADA, "region"), 2, "gives no value"),
        (("attributes", ADA, "1=2"), 2, "no name of an attribute"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    weft: Weft, shop: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    weft("access", "invite", ADA, mesh=shop)
    said = weft("access", *arguments, mesh=shop)
    assert (said.status, says in said.err) == (status, True), said.err


def test_attributes_are_given_one_by_one(weft: Weft, shop: Path) -> None:
    weft("access", "invite", ADA, mesh=shop)
    weft("access", "attributes", ADA, "region=EU, US", "team=a", mesh=shop)
    said = weft("access", "attributes", ADA, "team=", "--json", mesh=shop).object
    assert said == {"account": ADA, "attributes": {"region": ["EU", "US"]}}


def test_services_have_tokens_and_lose_them(weft: Weft, shop: Path) -> None:
    name = "operations/dashboard"
    assert weft("access", "service", name, "--json", mesh=shop).object["kind"] == "service"
    weft("access", "token", "prod", "--of", name, mesh=shop)
    assert weft("access", "token", "--of", name, "--json", mesh=shop).object["tokens"][0]["name"] == "prod"
    assert weft("access", "service", "--json", mesh=shop).object["services"][0]["tokens"] == 1
    assert weft("access", "service", name, "--withdraw", "--json", mesh=shop).object == {"withdrawn": 1}
    assert weft("access", "token", "--of", name, mesh=shop).err.startswith("there are no tokens")


def test_a_locked_account_says_why(weft: Weft, shop: Path) -> None:
    weft("access", "invite", ADA, mesh=shop)
    weft("access", "lock", ADA, "--because", "left", mesh=shop)
    assert "left" in weft("access", "people", mesh=shop).out
    assert weft("access", "unlock", ADA, "--json", mesh=shop).object == {"account": ADA, "state": "unlocked"}


def test_the_table_of_permissions_is_printed(weft: Weft) -> None:
    from weft.access import PERMISSIONS

    found = weft("access", "roles", "--json").object["permissions"]
    assert [one["action"] for one in found] == list(PERMISSIONS)
    assert "operate" in weft("access", "roles").out


def test_through_somebody_s_eyes_there_is_what_they_may_see(weft: Weft, shop: Path) -> None:
    for name in (ADA, BOB):
        weft("access", "invite", name, mesh=shop)
    assert [one["name"] for one in weft("access", "people", "--as", ADA, "--json", mesh=shop).object["people"]] == [ADA]


@pytest.fixture
def checkout(shop: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace elsewhere, whose registry is the server's; Ada is of the platform and owns `operations`."""
    (shop / "mesh.yaml").write_text("name: shop\n")
    with open_session(shop) as session:
        people = People(session.registry, session.settings)
        ada = people.joined(ADA, Grant("platform"), Grant("governance"), Grant("owner", "operations"))
        token = make(people.registry, people.settings.sign_in, ada, Wanted("laptop", EVERYTHING)).secret
        with served(application(Serving(session, who))) as client:
            monkeypatch.setenv("WEFT_TOKEN", token)
            root = tmp_path_factory.mktemp("checkout")
            (root / "mesh.yaml").write_text(f"name: shop\nregistry: {str(client.base_url).rstrip('/')}\n")
            yield root


def test_the_same_verbs_work_against_a_server(weft: Weft, checkout: Path) -> None:
    said = weft("access", "invite", BOB, "--role", "reader", "--in", "operations", "--json", mesh=checkout)
    assert "/invitation/" in said.object["url"]
    weft("access", "grant", BOB, "auditor", mesh=checkout)
    weft("access", "withdraw", BOB, "auditor", mesh=checkout)
    weft("access", "attributes", BOB, "region=EU", mesh=checkout)
    weft("access", "lock", BOB, "--because", "left", mesh=checkout)
    (bob,) = [one for one in weft("access", "people", "--json", mesh=checkout).object["people"] if one["name"] == BOB]
    assert (bob["state"], bob["roles"], bob["attributes"]) == ("locked", ["reader of operations"], {"region": ["EU"]})
    assert weft("access", "unlock", BOB, mesh=checkout).status == 0
    assert "has roles or agreements" in weft("access", "invite", BOB, "--again", mesh=checkout).err
    assert weft("access", "withdraw", BOB, "reader", "operations", mesh=checkout).status == 0
    assert weft("access", "invite", BOB, "--again", mesh=checkout).status == 0
    assert weft("access", "service", "operations/dash", mesh=checkout).status == 0
    made = weft("access", "token", "prod", "--of", "operations/dash", "--scope", "catalogue", "--json", mesh=checkout)
    assert is_token(made.object["secret"])
    assert weft("access", "token", "prod", "--of", "operations/dash", "--withdraw", mesh=checkout).status == 0
    said = weft("access", "service", "operations/dash", "--withdraw", "--json", mesh=checkout)
    assert said.object == {"withdrawn": 0}
    refused = weft("access", "token", "wide", "--scope", "govern", mesh=checkout)
    assert (refused.status, "no scope 'govern' to hand on" in refused.err) == (1, True)
