"""Who gives which role to whom, and takes it away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.registry.publications import DOMAIN, Publisher, product

from weft.access import OWNER, Grant, Reader
from weft.access.roles import DOMAIN_ROLES, MESH_ROLES, Role
from weft.errors import Misuse, Refused, Unknown
from weft.product.contract import Member, Team
from weft.session.people.accounts import give_attributes, invite, lock, unlock
from weft.session.people.roles import appoint, grant_named, listed, withdraw

from .crowd import ADA, BOB, EVE, People

OPERATIONS = Grant("owner", "operations")


def published(people: People, *members: tuple[str, str]) -> None:
    """A product of `operations`, whose team these are."""
    registry = people.registry
    team = Team("ops", members=tuple(Member(name, role=role) for name, role in members))
    publisher = Publisher(registry, registry.journal.begin("prod", "apply", "ann"))
    registry.publish(publisher.publication(product()), replace(DOMAIN, team=team))


@pytest.mark.parametrize("role", DOMAIN_ROLES)
def test_an_owner_gives_the_roles_of_the_domain_and_of_no_other(people: People, role: Role) -> None:
    ada = people.joined(ADA, OPERATIONS)
    people.joined(BOB)
    assert appoint(people.registry, ada, BOB, Grant(role, "operations"))
    with pytest.raises(Refused, match="may not give and withdraw roles of the domain"):
        appoint(people.registry, ada, BOB, Grant(role, "fleet"))
    assert people.reader(BOB).grants == (Grant(role, "operations"),)


@pytest.mark.parametrize("role", MESH_ROLES)
def test_an_owner_gives_no_role_of_the_mesh(people: People, role: Role) -> None:
    ada = people.joined(ADA, OPERATIONS)
    with pytest.raises(Refused):
        appoint(people.registry, ada, ADA, Grant(role))


@pytest.mark.parametrize("role", ["developer", "steward", "reader"])
def test_who_does_not_own_a_domain_appoints_nobody_there(people: People, role: Role) -> None:
    ada = people.joined(ADA, Grant(role, "operations"))
    with pytest.raises(Refused):
        appoint(people.registry, ada, ADA, OPERATIONS)


def test_the_platform_appoints_platform_and_governance_governance_and_auditors(people: People) -> None:
    platform, governance = people.joined(ADA, Grant("platform")), people.joined(BOB, Grant("governance"))
    people.joined(EVE)
    assert appoint(people.registry, platform, EVE, Grant("platform"))
    for role in ("governance", "auditor"):
        with pytest.raises(Refused):
            appoint(people.registry, platform, EVE, Grant(role))  # type: ignore[arg-type]
        assert appoint(people.registry, governance, EVE, Grant(role))  # type: ignore[arg-type]
    with pytest.raises(Refused):
        appoint(people.registry, governance, EVE, Grant("platform"))


def test_the_platform_appoints_the_first_owner_of_a_new_domain_once(people: People) -> None:
    platform = people.joined(ADA, Grant("platform"))
    people.joined(BOB)
    people.joined(EVE)
    assert appoint(people.registry, platform, BOB, Grant("owner", "sales"))
    with pytest.raises(Refused, match=r"sales has an owner. Ask bob@example.org"):
        appoint(people.registry, platform, EVE, Grant("owner", "sales"))
    with pytest.raises(Refused):
        appoint(people.registry, platform, EVE, Grant("reader", "sales"))


def test_the_platform_appoints_neither_itself_nor_its_like_as_an_owner(people: People) -> None:
    platform = people.joined(ADA, Grant("platform"))
    people.joined(BOB, Grant("platform"))
    for name in (ADA, BOB):
        with pytest.raises(Refused, match="own no domain"):
            appoint(people.registry, platform, name, Grant("owner", "sales"))


def test_the_platform_appoints_nobody_where_there_is_something_to_read(people: People) -> None:
    published(people)
    platform = people.joined(ADA, Grant("platform"))
    people.joined(EVE)
    with pytest.raises(Refused, match="has published already"):
        appoint(people.registry, platform, EVE, OPERATIONS)
    assert appoint(people.registry, OWNER, EVE, OPERATIONS)


def test_a_team_as_applied_has_its_roles_and_its_owner_is_one(people: People) -> None:
    published(people, (ADA, "owner"), (BOB, "steward"))
    ada = people.joined(ADA)
    assert ada.grants == (OPERATIONS,)
    platform = people.joined(EVE, Grant("platform"))
    with pytest.raises(Refused, match="operations has an owner"):
        appoint(people.registry, platform, EVE, OPERATIONS)


def test_what_a_team_says_is_not_withdrawn_but_changed_there(people: People) -> None:
    published(people, (ADA, "owner"), (BOB, "steward"))
    people.joined(BOB)
    with pytest.raises(Refused, match=r"Change `team` in the domain.yaml of operations and apply"):
        withdraw(people.registry, people.joined(ADA), BOB, Grant("steward", "operations"))


def test_a_role_that_is_withdrawn_ends_at_once(people: People) -> None:
    ada = people.joined(ADA, OPERATIONS)
    people.joined(BOB, Grant("reader", "operations"))
    withdraw(people.registry, ada, BOB, Grant("reader", "operations"))
    assert people.reader(BOB).grants == ()
    with pytest.raises(Unknown, match=r"there is no role given to bob@example\.org 'reader of operations'"):
        withdraw(people.registry, ada, BOB, Grant("reader", "operations"))


@pytest.mark.parametrize("grant", [OPERATIONS, Grant("platform"), Grant("governance")])
def test_the_last_who_could_undo_it_is_kept(people: People, grant: Grant) -> None:
    people.joined(ADA, grant)
    with pytest.raises(Refused, match="is the last"):
        withdraw(people.registry, OWNER, ADA, grant)
    people.joined(BOB, grant)
    withdraw(people.registry, OWNER, ADA, grant)


def test_a_token_appoints_with_the_scope_for_it_alone(people: People) -> None:
    ada = people.joined(ADA, OPERATIONS)
    people.joined(BOB)
    with pytest.raises(Refused, match="Make a token with the scope 'people'"):
        appoint(people.registry, replace(ada, scopes=("query",)), BOB, OPERATIONS)
    assert appoint(people.registry, replace(ada, scopes=("people",)), BOB, OPERATIONS)


def test_nobody_without_an_account_is_appointed(people: People) -> None:
    people.joined(ADA)
    with pytest.raises(Unknown, match=r"Did you mean 'ada@example\.org'"):
        appoint(people.registry, OWNER, "ada@example.com", OPERATIONS)


def test_all_see_their_own_roles_and_owners_those_of_their_domain(people: People) -> None:
    ada = people.joined(ADA, OPERATIONS)
    bob = people.joined(BOB, Grant("reader", "operations"), Grant("developer", "fleet"))
    eve = people.joined(EVE, Grant("auditor"))

    def seen(who: Reader) -> list[tuple[str, str, str]]:
        return [(one.account, one.role, one.domain) for one in listed(people.registry, who)]

    own = [(ADA, "owner", "operations"), (BOB, "reader", "operations")]
    assert seen(ada) == own
    assert seen(bob) == [(BOB, "developer", "fleet"), (BOB, "reader", "operations")]
    assert seen(eve) == [(EVE, "auditor", ""), (BOB, "developer", "fleet"), *own]


@pytest.mark.parametrize(
    ("role", "domain", "says"),
    [
        ("owner", "", "is one of a domain"),
        ("owner", "mesh", "no domain"),
        ("owner", "Ops", "is no name"),
        ("platform", "operations", "Leave the domain out"),
        ("ownr", "operations", "Did you mean 'owner'"),
    ],
)
def test_a_role_is_named_with_what_belongs_to_it(role: str, domain: str, says: str) -> None:
    with pytest.raises((Misuse, Unknown), match=says):
        grant_named(role, domain)


def test_only_the_platform_invites_locks_and_unlocks(people: People) -> None:
    ada, bob = people.joined(ADA, OPERATIONS, Grant("governance")), people.joined(BOB, Grant("platform"))
    people.joined(EVE)
    with pytest.raises(Refused):
        invite(people.registry, people.settings, ada, "new@example.org")
    with pytest.raises(Refused):
        lock(people.registry, ada, EVE, "because")
    lock(people.registry, bob, EVE, "left")
    with pytest.raises(Refused):
        unlock(people.registry, ada, EVE)
    unlock(people.registry, bob, EVE)
    with pytest.raises(Refused, match="nobody locks themselves out"):
        lock(people.registry, bob, BOB, "by mistake")


def test_an_invitation_brings_no_role_that_whoever_invites_may_not_give(people: People) -> None:
    platform = people.joined(ADA, Grant("platform"))
    with pytest.raises(Refused):
        invite(people.registry, people.settings, platform, BOB, [Grant("governance")])
    assert people.registry.identities.account(BOB) is None


def test_attributes_are_given_by_governance(people: People) -> None:
    platform, governance = people.joined(ADA, Grant("platform")), people.joined(BOB, Grant("governance"))
    with pytest.raises(Refused):
        give_attributes(people.registry, platform, ADA, (("region", ("EU",)),))
    give_attributes(people.registry, governance, ADA, (("region", ("EU", "US")), ("team", ("a",))))
    assert give_attributes(people.registry, governance, ADA, (("team", ()),)) == (("region", ("EU", "US")),)
    assert people.reader(ADA).values("region") == ("EU", "US")


def test_what_was_decided_is_in_the_audit(people: People) -> None:
    from weft.product.audit import Span

    ada = people.joined(ADA, OPERATIONS)
    people.joined(BOB)
    appoint(people.registry, ada, BOB, Grant("reader", "operations"))
    record = list(people.registry.audit.records(Span()))[-1]
    assert (record.kind, record.who, record.domains) == ("decided", ADA, "operations")
    assert all(word in record.body for word in ("grant", "granted", BOB, "reader of operations"))
