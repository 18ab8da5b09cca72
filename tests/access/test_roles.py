"""What a domain's team, as applied, makes of a person, and what a reader is."""

from __future__ import annotations

from weft.access import Grant, Reader
from weft.access.roles import appointments, team_grants
from weft.names import DomainName
from weft.product.contract import Member, Team
from weft.product.mesh import Domain


def domain(name: str, *members: tuple[str, str]) -> Domain:
    team = Team(name, members=tuple(Member(username, role=role) for username, role in members))
    return Domain(DomainName(name), f"domains/{name}", team=team)


def test_a_team_s_roles_are_grants_in_their_domain() -> None:
    operations = domain("operations", ("ada@example.org", "Owner"), ("bob", "developer"))
    fleet = domain("fleet", ("Ada@Example.org", "reader"))
    found = tuple(team_grants("ada@example.org", (operations, fleet)))
    assert found == (Grant("owner", "operations"), Grant("reader", "fleet"))


def test_a_role_that_is_none_of_a_domain_s_grants_nothing() -> None:
    team = domain("operations", ("ada", "data engineer"), ("ada", "platform"), ("ada", ""))
    assert not [*team_grants("ada", (team,))]


def test_a_new_owner_and_a_lost_one_are_appointments() -> None:
    old = domain("operations", ("ada", "owner"), ("bob", "developer"))
    new = domain("operations", ("bob", "owner"), ("bob", "developer"), ("carl", "data engineer"))
    expected = (("ada", Grant("owner", "operations")), ("bob", Grant("owner", "operations")))
    assert appointments(old, new) == expected
    assert appointments(old, old) == ()


def test_of_a_new_domain_every_role_is_an_appointment() -> None:
    assert appointments(None, domain("operations", ("ada", "owner"))) == (("ada", Grant("owner", "operations")),)


def test_a_name_that_a_product_could_have_is_a_product_s() -> None:
    assert Reader("operations.flights", kind="person").product == "operations.flights"
    assert Reader("ada@example.org").product is None
    assert Reader("operations/dashboard", kind="service").product is None


def test_attributes_are_found_by_name() -> None:
    reader = Reader("ada", attributes=(("region", ("EU", "US")),))
    assert reader.values("region") == ("EU", "US")
    assert reader.values("country") == ()
