"""Who joins by a provider's word is nobody that a domain's file already made somebody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.access.identities import Account
from weft.errors import Refused
from weft.identity.oidc import Person
from weft.session import open_session
from weft.session.people.providers import Providers
from weft.settings import OidcProvider, SignIn

TEAM = "team:\n  name: fleet\n  members:\n    - {username: olga, role: owner}\n    - {username: olga@example.org, role: owner}\n"


def joined(root: Path, account: str, **claims: object) -> Account:
    provider = OidcProvider("corporate", "https://id.example.org", "weft", joins="anybody", account=account)
    with open_session(root) as session:
        settings = replace(session.settings, sign_in=SignIn(providers=(provider,)))
        person = Person(provider.issuer, "1234", {"sub": "1234", **claims})
        return Providers(session.registry, settings)._account("corporate", person, "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_mesh(tmp_path, *planes_and_departures())
    file = tmp_path / "domains" / "fleet" / "domain.yaml"
    file.write_text(f"{file.read_text()}{TEAM}")
    with open_session(tmp_path) as session:
        session.apply(session.plan())
    return tmp_path


def test_a_name_that_is_chosen_takes_no_role_of_a_team(root: Path) -> None:
    with pytest.raises(Refused, match=r"'olga' is owner of fleet by its domain\.yaml"):
        joined(root, "preferred_username", preferred_username="Olga")
    assert joined(root, "preferred_username", preferred_username="otto").name == "otto"


def test_a_mail_address_that_is_verified_does(root: Path) -> None:
    assert joined(root, "email", email="olga@example.org", email_verified=True).name == "olga@example.org"
