"""Signing in: who is let in, who is not, and that nobody is locked out by somebody else."""

from __future__ import annotations

import sqlite3
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weft.access import OWNER, Grant
from weft.errors import Misuse, NotSignedIn, TooOften
from weft.identity.lock_out import Tried, rule, tried
from weft.identity.secrets import digest_of
from weft.session.people.accounts import administrator_link, invite, invite_again, lock
from weft.session.people.roles import appoint
from weft.session.people.signing_in import Opened, Origin, change_password, sign_in, sign_out

from .crowd import ADA, BOB, HERE, PASSWORD, People, secret_of

ELSEWHERE = Origin("198.51.100.9")


def signed_in(people: People, password: str = PASSWORD, origin: Origin = HERE, name: str = ADA) -> Opened:
    return sign_in(people.registry, people.settings, (name, password), origin)


def guessed(people: People, times: int = 5, origin: Origin = HERE, name: str = ADA) -> None:
    """One wrong password, after others that are only counted: each takes argon2 a quarter of a second."""
    device = digest_of("device", origin.device) if origin.device else ""
    for _ in range(times - 1):
        counted(people, tried(name, origin.address, device))
    with pytest.raises(NotSignedIn):
        signed_in(people, "wrong wrong wrong", origin, name)


def counted(people: People, of: Tried) -> float:
    now = datetime.now(UTC)
    return people.registry.identities.attempts.begin(of.keys, now, rule(now))


def test_the_right_password_opens_a_session(people: People) -> None:
    people.joined(ADA, Grant("owner", "operations"))
    opened = signed_in(people)
    entered = people.door.by_session(opened.session)
    assert (entered.reader.name, entered.reader.grants) == (ADA, (Grant("owner", "operations"),))
    assert not entered.is_new


def test_a_name_is_the_same_in_capitals(people: People) -> None:
    people.joined(ADA)
    assert signed_in(people, name=" Ada@Example.ORG").account == ADA


def test_each_sign_in_has_a_secret_of_its_own(people: People) -> None:
    people.joined(ADA)
    assert len({signed_in(people).session, signed_in(people).session}) == 2


@pytest.mark.parametrize("name", [ADA, "nobody@example.org", "", "operations.flights", "\x00", "x" * 10_000])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(people: People, name: str) -> None:
    people.joined(ADA)
    with pytest.raises(NotSignedIn) as caught:
        signed_in(people, "wrong wrong wrong", name=name)
    assert caught.value.message == "the name or the password is wrong"


def test_an_unknown_name_takes_as_long_as_a_wrong_password(people: People) -> None:
    people.joined(ADA)

    def seconds(name: str, number: int) -> float:
        began = time.perf_counter()
        guessed(people, 1, Origin(f"203.0.113.{number}"), name)
        return time.perf_counter() - began

    guessed(people, 1, ELSEWHERE, "warm")
    known = statistics.median(seconds(ADA, number) for number in range(5))
    unknown = statistics.median(seconds("nobody", number) for number in range(5, 10))
    assert 0.33 < known / unknown < 3


def test_an_account_without_a_password_is_not_signed_in_to(people: People) -> None:
    invite(people.registry, people.settings, OWNER, ADA)
    for password in ("", "x", PASSWORD):
        with pytest.raises(NotSignedIn):
            signed_in(people, password)


def test_who_guesses_waits_and_nobody_else(people: People) -> None:
    people.joined(ADA)
    people.joined(BOB)
    guessed(people)
    with pytest.raises(TooOften) as caught:
        signed_in(people)
    assert 0 < caught.value.retry_seconds <= 30
    assert signed_in(people, origin=ELSEWHERE).account == ADA
    assert signed_in(people, name=BOB).account == BOB


def test_an_unknown_name_is_slowed_down_alike(people: People) -> None:
    guessed(people, name="carl")
    with pytest.raises(TooOften):
        signed_in(people, name="carl")


def test_a_known_device_is_let_in_while_its_address_is_not(people: People) -> None:
    people.joined(ADA)
    device = signed_in(people).device
    guessed(people)
    known = replace(HERE, device=device)
    assert signed_in(people, origin=known).account == ADA
    with pytest.raises(TooOften):
        signed_in(people)


def test_a_device_of_one_is_no_device_of_another(people: People) -> None:
    people.joined(ADA)
    people.joined(BOB)
    device = signed_in(people, name=BOB).device
    guessed(people)
    with pytest.raises(TooOften):
        signed_in(people, origin=replace(HERE, device=device))


def test_a_stolen_device_guesses_no_longer_than_another(people: People) -> None:
    people.joined(ADA)
    stolen = replace(ELSEWHERE, device=signed_in(people).device)
    guessed(people, origin=stolen)
    with pytest.raises(TooOften):
        signed_in(people, origin=stolen)


def test_success_forgives(people: People) -> None:
    people.joined(ADA)
    for _ in range(2):
        guessed(people, 3)
        signed_in(people)


def test_an_address_that_failed_for_many_names_waits_for_all_but_known_devices(people: People) -> None:
    people.joined(BOB)
    known = replace(HERE, device=signed_in(people, name=BOB).device)
    for number in range(50):
        assert counted(people, tried(f"name{number}", HERE.address)) == 0
    with pytest.raises(TooOften):
        signed_in(people, name=BOB)
    assert signed_in(people, name=BOB, origin=known).account == BOB


def test_a_locked_account_says_so_to_its_owner_alone(people: People) -> None:
    people.joined(ADA)
    opened = signed_in(people)
    lock(people.registry, OWNER, ADA, "left the company")
    with pytest.raises(NotSignedIn, match="not known"):
        people.door.by_session(opened.session)
    with pytest.raises(NotSignedIn, match="locked: left the company"):
        signed_in(people)
    with pytest.raises(NotSignedIn, match="the name or the password is wrong"):
        signed_in(people, "wrong wrong wrong")


def test_signing_out_ends_that_session_alone(people: People) -> None:
    people.joined(ADA)
    one, other = signed_in(people), signed_in(people)
    sign_out(people.registry, people.door.by_session(one.session).credential)
    with pytest.raises(NotSignedIn):
        people.door.by_session(one.session)
    assert people.door.by_session(other.session).reader.name == ADA


def test_a_new_role_gives_a_session_a_new_secret_once(people: People) -> None:
    people.joined(ADA)
    opened = signed_in(people)
    appoint(people.registry, OWNER, ADA, Grant("owner", "operations"))
    first = people.door.by_session(opened.session)
    assert first.is_new and first.secret != opened.session
    assert first.reader.grants == (Grant("owner", "operations"),)
    late = people.door.by_session(opened.session)
    assert not late.is_new and late.credential.expires_at is not None
    assert not people.door.by_session(first.secret).is_new


def test_a_session_that_nobody_used_ends(people: People) -> None:
    people.joined(ADA)
    settings = replace(people.settings, sign_in=replace(people.settings.sign_in, idle_hours=0))
    opened = signed_in(people)
    with pytest.raises(NotSignedIn, match="not used for too long"):
        People(people.registry, settings).door.by_session(opened.session)


def test_a_session_ends_though_it_is_used(people: People) -> None:
    people.joined(ADA)
    settings = replace(people.settings, sign_in=replace(people.settings.sign_in, session_hours=0))
    opened = signed_in(People(people.registry, settings))
    with pytest.raises(NotSignedIn, match="expired"):
        people.door.by_session(opened.session)


def test_a_session_s_secret_is_no_token_and_a_token_s_no_session(people: People) -> None:
    people.joined(ADA)
    opened = signed_in(people)
    with pytest.raises(NotSignedIn):
        people.door.by_token(opened.session)
    with pytest.raises(NotSignedIn):
        people.door.by_session(opened.device)


def test_an_invitation_is_accepted_once(people: People) -> None:
    link = invite(people.registry, people.settings, OWNER, ADA, [Grant("owner", "operations")])
    assert people.accepted(link.url).grants == (Grant("owner", "operations"),)
    assert signed_in(people).account == ADA
    with pytest.raises(NotSignedIn, match="this link is not known"):
        people.accepted(link.url, "another good password")


def test_a_later_invitation_takes_the_place_of_an_earlier(people: People) -> None:
    first = invite(people.registry, people.settings, OWNER, ADA)
    second = invite(people.registry, people.settings, OWNER, ADA)
    with pytest.raises(NotSignedIn):
        people.accepted(first.url)
    assert people.accepted(second.url).name == ADA


def test_a_weak_password_does_not_use_the_link_up(people: People) -> None:
    link = invite(people.registry, people.settings, OWNER, ADA)
    with pytest.raises(Misuse):
        people.accepted(link.url, "short")
    assert people.accepted(link.url).name == ADA


def test_an_invitation_that_was_not_used_in_time_is_over(people: People) -> None:
    settings = replace(people.settings, sign_in=replace(people.settings.sign_in, invitation_hours=0))
    link = invite(people.registry, settings, OWNER, ADA)
    with pytest.raises(NotSignedIn):
        people.accepted(link.url)


def test_a_new_password_ends_whatever_let_in_before(people: People) -> None:
    people.joined(ADA)
    before = signed_in(people)
    link = invite_again(people.registry, people.settings, OWNER, ADA)
    assert people.door.by_session(before.session).reader.name == ADA
    people.accepted(link.url, "another good password")
    with pytest.raises(NotSignedIn):
        people.door.by_session(before.session)
    with pytest.raises(NotSignedIn):
        signed_in(people)
    assert signed_in(people, "another good password").account == ADA


def test_a_password_is_changed_by_who_knows_it(people: People) -> None:
    people.joined(ADA)
    before = signed_in(people)
    account = people.door.by_session(before.session).account
    with pytest.raises(Exception, match="present password is wrong"):
        change_password(people.registry, people.settings, account, ("wrong", "another good password"), HERE)
    changed = change_password(people.registry, people.settings, account, (PASSWORD, "another good password"), HERE)
    assert people.door.by_session(changed.session).reader.name == ADA
    with pytest.raises(NotSignedIn):
        people.door.by_session(before.session)


def test_the_first_administrator_comes_by_a_link_and_then_there_is_none(people: People) -> None:
    link = administrator_link(people.registry, people.settings)
    assert link is not None
    administrator = people.accepted(link.url)
    assert set(administrator.grants) == {Grant("platform"), Grant("governance")}
    assert administrator_link(people.registry, people.settings) is None


def test_a_second_server_s_link_takes_the_place_of_the_first(people: People) -> None:
    first, second = (administrator_link(people.registry, people.settings) for _ in range(2))
    assert first and second
    with pytest.raises(NotSignedIn):
        people.accepted(first.url)
    assert people.accepted(second.url).name == "administrator"


def test_no_secret_is_in_the_registry_in_clear_or_in_a_repr(people: People) -> None:
    from weft.session.people.tokens import Wanted, make

    link = invite(people.registry, people.settings, OWNER, ADA)
    secret = secret_of(link.url)
    people.accepted(link.url)
    invited = invite(people.registry, people.settings, OWNER, BOB)
    opened = signed_in(people)
    token = make(people.registry, people.settings.sign_in, people.reader(ADA), Wanted("laptop"))
    with pytest.raises(NotSignedIn):
        signed_in(people, "a password typed wrong", name="a password typed as a name")
    secrets = [secret, secret_of(invited.url), opened.session, opened.device, token.secret, PASSWORD]
    secrets += ["a password typed wrong", "a password typed as a name"]
    shown = repr(
        (opened, token, invited, people.door.by_session(opened.session), people.registry.identities.accounts())
    )
    path = people.settings.private / "registry.db"
    with sqlite3.connect(path) as connection:
        dumped = "\n".join(connection.iterdump())
    connection.close()
    raw = b"".join(file.read_bytes() for file in path.parent.glob("registry.db*"))
    for one in secrets:
        assert one not in shown
        assert one not in dumped
        assert one.encode() not in raw
    assert "$argon2id$" not in shown
