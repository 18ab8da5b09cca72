"""People in the portal: who sees whom, what is offered to whom, and that what is shown once is shown once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .walking import NASTY, Walk, walking

EVERYBODY = ("olga", "dora", "rita", "otto", "gus", "ada", "pat", "newt")


@pytest.fixture
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with walking(tmp_path_factory.mktemp("people") / "mesh") as found:
        yield found


def seen(walk: Walk, who: str, path: str = "/people") -> set[str]:
    page = walk.look(who, path).text
    return {name for name in EVERYBODY if f"name={name}" in page}


def test_roles_of_the_mesh_see_all_owners_their_domain_and_everybody_themselves(walk: Walk) -> None:
    assert seen(walk, "pat") == seen(walk, "gus") == set(EVERYBODY)
    assert seen(walk, "olga") == {"olga", "dora", "rita"}
    assert seen(walk, "rita") == {"rita"} and seen(walk, "newt") == {"newt"}
    assert walk.look("newt", "/people/account?name=olga").status_code == 404


def test_whoever_sees_only_themselves_is_told_whom_to_ask(walk: Walk) -> None:
    assert "(pat)" in walk.look("newt", "/people").text


def test_what_is_offered_is_what_one_may(walk: Walk) -> None:
    offered = {
        name: {
            word
            for word in ("Invite somebody", "Give a role", "Make a service")
            if word in walk.look(name, "/people").text
        }
        for name in ("pat", "olga", "gus", "rita", "newt")
    }
    assert offered == {
        "pat": {"Invite somebody"},
        "olga": {"Give a role", "Make a service"},
        "gus": set(),
        "rita": set(),
        "newt": set(),
    }
    assert "Role of the whole mesh" in walk.look("gus", "/people/account?name=newt").text
    assert "Lock" in walk.look("pat", "/people/account?name=newt").text
    assert "Lock" not in walk.look("olga", "/people/account?name=rita").text


def test_an_owner_gives_and_withdraws_a_role_of_their_domain_alone(walk: Walk) -> None:
    given = {"account": "newt", "role": "reader", "domain": "fleet"}
    assert walk.say("rita", "post", "/grants", given).status_code == 403
    assert walk.say("olga", "post", "/grants", {**given, "domain": "operations"}).status_code == 403
    assert walk.say("olga", "post", "/grants", given).status_code in (200, 201)
    assert "newt" in seen(walk, "olga") and "Withdraw" in walk.look("olga", "/people/account?name=newt").text
    assert walk.say("olga", "delete", "/grants?account=newt&role=reader&domain=fleet").status_code == 204
    assert "newt" not in seen(walk, "olga")


def test_roles_by_domain_name_those_of_teams_too(walk: Walk) -> None:
    page = walk.look("gus", "/people?view=domains").text
    assert "olga" in page and "the whole mesh" in page and page.index("the whole mesh") < page.index(">fleet<")


def test_an_invitation_is_shown_once(walk: Walk) -> None:
    made = walk.say("pat", "post", "/people", {"name": "nora@example.org"}).json()
    assert made["url"].rpartition("/")[2] not in walk.look("pat", "/people/account?name=nora@example.org").text
    assert "invited" in walk.look("pat", "/people?state=invited").text


def test_who_is_locked_is_said_with_why_escaped(walk: Walk) -> None:
    assert walk.say("pat", "post", "/people/newt/lock", {"because": NASTY}).status_code == 204
    page = walk.look("pat", "/people/account?name=newt").text
    assert "Unlock" in page and "<img" not in page and "&lt;img" in page
    assert "is locked" in walk.look("gus", "/governance/sight?table=fleet.planes.plane&reader=newt").text


def test_sessions_are_listed_and_ended_at_once(walk: Walk) -> None:
    from tests.session.people.crowd import HERE

    from weft.identity.secrets import digest_of
    from weft.session.people.sessions import end_all, listed
    from weft.session.people.signing_in import open_session

    registry, settings = walk.session.registry, walk.session.settings
    account = registry.identities.account("newt")
    assert account is not None
    first, second = (open_session(registry, settings, account, HERE) for _ in range(2))
    this = digest_of("session", second.session)
    assert [one.is_this for one in listed(registry, "newt", this)] == [True, False]
    assert end_all(registry, "newt", this) == 1 and len(listed(registry, "newt")) == 1
    assert end_all(registry, "newt") == 1 and listed(registry, "newt") == ()
    assert first.session != second.session
