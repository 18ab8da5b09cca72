"""Tokens and services: what they may, until when, and who makes them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.registry.publications import Publisher, product

from weft.access import OWNER, Grant, allowed
from weft.errors import Misuse, NotSignedIn, Refused, Unknown
from weft.session.people import services, tokens
from weft.session.people.accounts import lock, unlock
from weft.session.people.tokens import Wanted

from .crowd import ADA, BOB, People

OWNS = Grant("owner", "operations")


def token(people: People, name: str = "laptop", of: str = "", who: str = ADA, **more: object) -> str:
    wanted = replace(Wanted(name), **more)
    return tokens.make(people.registry, people.settings.sign_in, people.reader(who), wanted, of).secret


def test_a_token_lets_its_owner_in_within_its_scopes(people: People) -> None:
    people.joined(ADA, OWNS)
    entered = people.door.by_token(token(people))
    assert (entered.reader.name, entered.reader.scopes) == (ADA, ("catalogue", "query"))
    assert allowed(entered.reader, "read data", "operations").is_allowed
    assert not allowed(entered.reader, "apply", "operations").is_allowed
    assert entered.is_meant("")


def test_a_token_may_no_more_than_its_owner_may_now(people: People) -> None:
    people.joined(ADA, OWNS)
    people.joined(BOB, OWNS)
    secret = token(people, scopes=("publish",))
    assert allowed(people.door.by_token(secret).reader, "force", "operations").is_allowed
    from weft.session.people.roles import withdraw

    withdraw(people.registry, OWNER, ADA, OWNS)
    assert not allowed(people.door.by_token(secret).reader, "force", "operations").is_allowed


def test_a_token_is_listed_without_its_secret_and_withdrawn_at_once(people: People) -> None:
    ada = people.joined(ADA)
    secret = token(people)
    (listed,) = tokens.listed(people.registry, ada)
    assert (listed.name, listed.scopes, listed.made_by) == ("laptop", ("catalogue", "query"), ADA)
    tokens.withdraw(people.registry, ada, "laptop")
    with pytest.raises(NotSignedIn, match="this token is not known"):
        people.door.by_token(secret)
    with pytest.raises(Unknown):
        tokens.withdraw(people.registry, ada, "laptop")


def test_a_token_that_expired_says_so(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.joined(ADA)
    secret = token(people, days=1e-9)
    with pytest.raises(NotSignedIn, match="this token has expired"):
        people.door.by_token(secret)


@pytest.mark.parametrize("days", [0, -1, 366, float("nan")])
def test_a_token_lasts_no_longer_than_the_mesh_says(people: People, days: float) -> None:
    people.joined(ADA)
    with pytest.raises(Misuse, match="up to 365 days"):
        token(people, days=days)


def test_a_token_makes_none_wider_than_itself(people: People) -> None:
    people.joined(ADA)
    reader = people.door.by_token(token(people, scopes=("tokens", "query"))).reader
    made = tokens.make(people.registry, people.settings.sign_in, reader, Wanted("narrow", ("query",)))
    assert made.token.scopes == ("query",)
    with pytest.raises(Refused, match="no scope 'people' to hand on"):
        tokens.make(people.registry, people.settings.sign_in, reader, Wanted("wide", ("query", "people")))
    narrow = people.door.by_token(made.secret).reader
    with pytest.raises(Refused):
        tokens.make(people.registry, people.settings.sign_in, narrow, Wanted("more", ("query",)))


def test_nobody_makes_or_sees_tokens_of_somebody_else(people: People) -> None:
    people.joined(ADA, OWNS, Grant("platform"), Grant("governance"))
    people.joined(BOB)
    token(people, who=BOB)
    for attempt in (
        lambda: token(people, "mine", of=BOB),
        lambda: tokens.listed(people.registry, people.reader(ADA), BOB),
        lambda: tokens.withdraw(people.registry, people.reader(ADA), "laptop", BOB),
        lambda: token(people, "mine", of="nobody"),
    ):
        with pytest.raises(Refused, match="nobody but"):
            attempt()


def test_a_token_of_a_locked_account_lets_nobody_in_until_it_is_unlocked(people: People) -> None:
    people.joined(ADA)
    secret = token(people)
    lock(people.registry, OWNER, ADA, "lost laptop")
    with pytest.raises(NotSignedIn, match="locked"):
        people.door.by_token(secret)
    unlock(people.registry, OWNER, ADA)
    assert people.door.by_token(secret).reader.name == ADA


def test_an_unknown_scope_is_refused_with_all_there_are(people: People) -> None:
    people.joined(ADA)
    with pytest.raises(Misuse, match="There is: catalogue, query"):
        token(people, scopes=("everything",))


def test_a_service_is_made_by_an_owner_and_reads_in_its_own_name(people: People) -> None:
    ada = people.joined(ADA, OWNS)
    made = services.make(people.registry, ada, "operations/dashboard")
    assert (made.kind, made.domain, made.tokens) == ("service", "operations", 0)
    secret = token(people, of="operations/dashboard")
    reader = people.door.by_token(secret).reader
    assert (reader.name, reader.kind, reader.grants) == ("operations/dashboard", "service", ())
    assert services.withdraw(people.registry, ada, "operations/dashboard") == 1
    with pytest.raises(NotSignedIn):
        people.door.by_token(secret)


def test_a_product_s_principal_is_the_product(people: People) -> None:
    registry = people.registry
    Publisher(registry, registry.journal.begin("prod", "apply", "ann")).publish(product())
    ada = people.joined(ADA, OWNS)
    services.make(registry, ada, "operations.flights")
    reader = people.door.by_token(token(people, of="operations.flights")).reader
    assert (reader.product, reader.kind) == ("operations.flights", "product")
    with pytest.raises(Unknown, match=r"there is no product 'operations\.crews'"):
        services.make(registry, ada, "operations.crews")


def test_services_of_another_domain_are_not_one_s_own(people: People) -> None:
    people.joined(ADA, OWNS, Grant("platform"))
    services.make(people.registry, OWNER, "fleet/dashboard")
    with pytest.raises(Refused):
        services.make(people.registry, people.reader(ADA), "fleet/other")
    with pytest.raises(Refused):
        token(people, of="fleet/dashboard")
    with pytest.raises(Refused):
        services.withdraw(people.registry, people.reader(ADA), "fleet/dashboard")
