"""Accounts, roles, credentials and attempts, as a registry of each kind keeps them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from weft.access import Grant
from weft.access.identities import Account, Attempt, Credential, Given
from weft.errors import Moved, Refused, Unknown
from weft.registry.seam import Registry

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ADA = Account("ada@example.org", "person", "active", AT, "carl", password="$argon2id$...")
OWNER = Grant("owner", "operations")


@pytest.fixture
def ada(registry: Registry) -> Account:
    registry.identities.keep(ADA, None)
    return ADA


def given(grant: Grant = OWNER) -> Given:
    return Given(ADA.name, grant, "given", "carl", AT)


def session(digest: str = "d1", **more: object) -> Credential:
    return replace(Credential(digest, "session", ADA.name, AT, ADA.name, AT + timedelta(hours=1)), **more)


def test_of_a_registry_that_is_not_there_nobody_is_known(registry: Registry) -> None:
    assert registry.identities.account("ada") is None
    assert registry.identities.accounts() == ()
    assert registry.identities.credentials.holder("d1") is None


def test_an_account_is_as_it_was_kept(registry: Registry, ada: Account) -> None:
    assert registry.identities.account(ada.name) == ada
    assert registry.identities.accounts() == (ada,)


def test_an_account_is_made_once(registry: Registry, ada: Account) -> None:
    with pytest.raises(Refused, match=r"there is an account 'ada@example.org' already"):
        registry.identities.keep(replace(ada, password="other"), None)
    assert registry.identities.account(ada.name) == ada


def test_of_two_who_change_an_account_the_second_is_told(registry: Registry, ada: Account) -> None:
    locked = replace(ada, state="locked", because="left", attributes=(("region", ("EU",)),))
    registry.identities.keep(locked, ada)
    assert registry.identities.account(ada.name) == replace(locked, generation=1)
    with pytest.raises(Moved):
        registry.identities.keep(replace(ada, password="other"), ada)


def test_a_role_is_given_once_and_withdrawn_once_and_each_counts_the_generation_up(
    registry: Registry, ada: Account
) -> None:
    identities = registry.identities
    assert [identities.grant(given()), identities.grant(given())] == [True, False]
    assert identities.account(ada.name) == replace(ada, generation=1, given=(given(),))
    assert [identities.withdraw(ada.name, OWNER), identities.withdraw(ada.name, OWNER)] == [True, False]
    assert identities.account(ada.name) == replace(ada, generation=2)


def test_nobody_unknown_is_given_a_role(registry: Registry, ada: Account) -> None:
    with pytest.raises(Unknown, match=r"Did you mean 'ada@example.org'"):
        registry.identities.grant(replace(given(), account="ada@example.com"))


def test_what_a_provider_claims_takes_the_place_of_what_it_claimed_before(registry: Registry, ada: Account) -> None:
    identities = registry.identities
    identities.grant(given())
    assert identities.claim(ada.name, [Grant("platform"), OWNER], (("region", ("EU",)),), "corporate")
    found = identities.account(ada.name)
    assert found is not None
    assert (found.claimed, found.generation) == ((("region", ("EU",)),), 2)
    assert {(one.grant, one.source) for one in found.given} == {
        (OWNER, "given"),
        (OWNER, "provider"),
        (Grant("platform"), "provider"),
    }
    assert not identities.claim(ada.name, [OWNER, Grant("platform")], (("region", ("EU",)),), "corporate")
    assert identities.claim(ada.name, [], (), "corporate")
    found = identities.account(ada.name)
    assert found is not None
    assert found.grants == (OWNER,)


def test_a_credential_is_found_with_its_account(registry: Registry, ada: Account) -> None:
    registry.identities.credentials.keep(session())
    holder = registry.identities.credentials.holder("d1")
    assert holder is not None
    assert (holder.credential, holder.account) == (session(), replace(ada, signed_in_at=AT))
    assert registry.identities.credentials.holder("d2") is None


def test_a_session_that_was_decided_before_the_account_changed_is_not_kept(registry: Registry, ada: Account) -> None:
    registry.identities.keep(replace(ada, password="$argon2id$other"), ada)
    with pytest.raises(Moved, match=r"Sign in again\."):
        registry.identities.credentials.keep(session())


def test_a_token_s_name_is_its_account_s_once(registry: Registry, ada: Account) -> None:
    token = replace(session(), kind="token", name="laptop", scopes=("query",), expires_at=None)
    registry.identities.credentials.keep(token)
    with pytest.raises(Refused, match="has a token 'laptop' already"):
        registry.identities.credentials.keep(replace(token, digest="d2"))
    assert registry.identities.credentials.of(ada.name) == (token,)


def test_what_is_taken_is_given_to_one_alone(registry: Registry, ada: Account) -> None:
    registry.identities.credentials.keep(replace(session(), kind="invitation"))

    def take(_: int) -> bool:
        return registry.identities.credentials.take("d1") is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]


def test_a_session_is_replaced_once_and_the_old_one_ends_soon(registry: Registry, ada: Account) -> None:
    credentials, soon = registry.identities.credentials, AT + timedelta(seconds=30)
    credentials.keep(session())
    assert credentials.replace(session(), session("d2", generation=1), soon)
    assert not credentials.replace(session(), session("d3", generation=1), soon)
    old, new = credentials.holder("d1"), credentials.holder("d2")
    assert old is not None and new is not None
    assert (old.credential.expires_at, old.credential.generation) == (soon, 1)
    assert new.credential.expires_at == AT + timedelta(hours=1)
    assert credentials.holder("d3") is None


def test_what_is_withdrawn_is_gone_at_once(registry: Registry, ada: Account) -> None:
    credentials = registry.identities.credentials
    credentials.keep(session())
    credentials.used("d1", AT + timedelta(minutes=1))
    assert credentials.of(ada.name)[0].used_at == AT + timedelta(minutes=1)
    assert credentials.withdraw(["d1", "d2"]) == 1
    assert credentials.holder("d1") is None


def up_to(limit: int) -> object:
    def rule(_: str, attempt: Attempt) -> Attempt | float:
        return 7.0 if attempt.count >= limit else Attempt(attempt.count + 1, AT)

    return rule


def test_many_attempts_at_once_count_as_many(registry: Registry) -> None:
    attempts = registry.identities.attempts

    def attempt(_: int) -> float:
        return attempts.begin(["b", "a"], AT, up_to(3))  # type: ignore[arg-type]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, range(6))) == [0, 0, 0, 7, 7, 7]


def test_an_attempt_that_waits_for_one_thing_counts_for_none(registry: Registry) -> None:
    attempts = registry.identities.attempts
    for _ in range(2):
        assert attempts.begin(["a"], AT, up_to(2)) == 0  # type: ignore[arg-type]
    assert attempts.begin(["a", "b"], AT, up_to(2)) == 7  # type: ignore[arg-type]
    for _ in range(2):
        assert attempts.begin(["b"], AT, up_to(2)) == 0  # type: ignore[arg-type]


def test_what_is_forgiven_counts_from_nothing_and_what_is_given_back_one_less(registry: Registry) -> None:
    attempts = registry.identities.attempts
    for _ in range(3):
        attempts.begin(["a", "b"], AT, up_to(3))  # type: ignore[arg-type]
    attempts.give_back(["a"])
    attempts.forgive(["b"])
    assert attempts.begin(["a"], AT, up_to(3)) == 0  # type: ignore[arg-type]
    assert attempts.begin(["a"], AT, up_to(3)) == 7  # type: ignore[arg-type]
    assert attempts.begin(["b"], AT, up_to(1)) == 0  # type: ignore[arg-type]
