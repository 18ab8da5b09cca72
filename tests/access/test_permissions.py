"""The table of permissions, cell by cell: every action, every role, in its own domain and in another.

The grid below is written by hand and knows nothing of the table: it is what the mesh is promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from weft.access import OWNER, PERMISSIONS, Action, Grant, Reader, allowed
from weft.access.permissions import ANYBODY_ACTIONS, DOMAIN_ACTIONS, MESH_ACTIONS
from weft.access.roles import DOMAIN_ROLES, MESH_ROLES, ROLES, Role
from weft.access.scopes import SCOPES, Scope

GRID = """
action                   | owner developer steward reader platform governance auditor
discover                 | x     x         x       x      x        x          x
query                    | x     x         x       x      x        x          x
request                  | x     x         x       x      x        x          x
propose                  | x     x         x       x      x        x          x
own tokens               | x     x         x       x      x        x          x
read data                | x     x         x       x      .        .          .
read unpublished         | x     x         .       .      .        .          .
see failures             | x     x         x       .      .        .          .
profile                  | x     x         x       .      .        .          .
review core data         | x     x         x       .      .        .          .
see consumers            | x     x         x       .      .        .          .
apply                    | x     x         .       .      .        .          .
promote                  | x     x         .       .      .        .          .
roll back                | x     x         .       .      .        .          .
preview                  | x     x         .       .      .        .          .
force                    | x     .         .       .      .        .          .
decide agreements        | x     .         .       .      .        .          .
revoke agreements        | x     .         x       .      .        .          .
declassify               | x     .         x       .      .        .          .
appoint                  | x     .         .       .      .        .          .
keep services            | x     .         .       .      .        .          .
read domain audit        | x     .         .       .      .        .          .
operate                  | .     .         .       .      x        .          .
manage accounts          | .     .         .       .      x        .          .
make domain              | .     .         .       .      x        .          .
appoint platform         | .     .         .       .      x        .          .
appoint governance       | .     .         .       .      .        x          .
give attributes          | .     .         .       .      .        x          .
publish rules            | .     .         .       .      .        x          .
waive                    | .     .         .       .      .        x          .
approve declassification | .     .         .       .      .        x          .
search audit             | .     .         .       .      .        x          x
export audit             | .     .         .       .      .        .          x
verify audit             | .     .         .       .      .        .          x
"""
OWN, OTHER = "operations", "fleet"


def cells() -> Iterator[tuple[Action, Role, bool]]:
    head, *lines = [line for line in GRID.splitlines() if line]
    roles = head.partition("|")[2].split()
    for line in lines:
        action, _, marks = line.partition("|")
        for role, mark in zip(roles, marks.split(), strict=True):
            yield action.strip(), role, mark == "x"  # type: ignore[misc]


def holder(role: Role) -> Reader:
    return Reader("ada@example.org", (Grant(role, OWN if role in DOMAIN_ROLES else ""),))


CELLS = list(cells())


def test_the_grid_has_every_action_and_every_role_once() -> None:
    assert sorted((action, role) for action, role, _ in CELLS) == sorted((a, r) for a in PERMISSIONS for r in ROLES)
    assert set(PERMISSIONS) == {*get_args(Action)} == {*ANYBODY_ACTIONS, *DOMAIN_ACTIONS, *MESH_ACTIONS}


@pytest.mark.parametrize(("action", "role", "may"), CELLS)
def test_a_role_may_in_its_own_domain_what_the_grid_says(action: Action, role: Role, may: bool) -> None:
    assert allowed(holder(role), action, OWN).is_allowed == may


@pytest.mark.parametrize(("action", "role", "may"), CELLS)
def test_a_role_may_in_another_domain_only_what_is_anybody_s_or_the_mesh_s(
    action: Action, role: Role, may: bool
) -> None:
    expected = may and (action in ANYBODY_ACTIONS or action in MESH_ACTIONS)
    assert allowed(holder(role), action, OTHER).is_allowed == expected


@pytest.mark.parametrize("action", DOMAIN_ACTIONS)
def test_no_role_of_the_mesh_changes_or_reads_a_domain(action: Action) -> None:
    everything = Reader("ada@example.org", tuple(Grant(role) for role in MESH_ROLES))
    assert not allowed(everything, action, OWN).is_allowed
    assert not allowed(everything, action).is_allowed


@pytest.mark.parametrize("action", MESH_ACTIONS)
def test_no_role_of_a_domain_changes_the_platform(action: Action) -> None:
    everything = Reader("ada@example.org", tuple(Grant(role, OWN) for role in DOMAIN_ROLES))
    assert not allowed(everything, action, OWN).is_allowed
    assert not allowed(everything, action).is_allowed


@pytest.mark.parametrize("role", ROLES)
def test_a_role_in_the_wrong_place_is_worth_nothing(role: Role) -> None:
    misplaced = Reader("ada@example.org", (Grant(role, "" if role in DOMAIN_ROLES else OWN),))
    actions = (*DOMAIN_ACTIONS, *MESH_ACTIONS)
    assert not [action for action in actions for where in ("", OWN) if allowed(misplaced, action, where).is_allowed]


@pytest.mark.parametrize("action", PERMISSIONS)
def test_the_owner_of_the_workspace_may_everything(action: Action) -> None:
    assert allowed(OWNER, action, OWN).is_allowed


@pytest.mark.parametrize("action", PERMISSIONS)
def test_who_has_no_role_may_what_anybody_may(action: Action) -> None:
    assert allowed(Reader("carl"), action, OWN).is_allowed == (action in ANYBODY_ACTIONS)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("action", PERMISSIONS)
def test_a_token_is_good_for_its_scopes_alone(action: Action, scope: Scope) -> None:
    grants = (*(Grant(role, OWN) for role in DOMAIN_ROLES), *(Grant(role) for role in MESH_ROLES))
    decision = allowed(Reader("ada@example.org", grants, scopes=(scope,)), action, OWN)
    assert decision.is_allowed == (PERMISSIONS[action].scope == scope)


def test_a_token_without_scopes_is_good_for_nothing() -> None:
    grants = (*(Grant(role, OWN) for role in DOMAIN_ROLES), *(Grant(role) for role in MESH_ROLES))
    nothing = Reader("ada@example.org", grants, scopes=())
    assert not [action for action in PERMISSIONS if allowed(nothing, action, OWN).is_allowed]


def test_a_refusal_says_what_it_takes_and_whom_to_ask() -> None:
    decision = allowed(Reader("carl"), "apply", "operations")
    assert decision.reason == (
        "carl may not build and publish products: that takes the role owner or developer of operations"
    )
    assert decision.mend == "Ask an owner of operations to be made developer."
