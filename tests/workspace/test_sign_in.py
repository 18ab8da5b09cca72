"""How people sign in, as `mesh.yaml` says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.errors import Faults
from weft.settings import ClaimedRole, SignIn
from weft.workspace import read_settings

PROVIDER = "name: corporate, issuer: 'https://login.example.org', client_id: weft"


def settings(root: Path, sign_in: str) -> SignIn:
    (root / "mesh.yaml").write_text(f"name: shop\nsign_in: {sign_in}\n")
    return read_settings(root).sign_in


def test_nothing_said_is_the_usual(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    assert read_settings(tmp_path).sign_in == SignIn()


def test_all_that_is_said_is_read_and_the_secret_stays_a_variable(tmp_path: Path) -> None:
    role = "{claim: groups, value: ops, role: owner, domain: operations}"
    more = f"client_secret: '${{SECRET}}', scopes: [email], account: name, joins: anybody, roles: [{role}], attributes: {{region: r}}"
    found = settings(tmp_path, f"{{idle_hours: 1, token_days: 30, providers: [{{{PROVIDER}, {more}}}]}}")
    (one,) = found.providers
    assert (found.idle_hours, found.session_hours, found.token_days) == (1, 168, 30)
    assert (one.client_secret, one.scopes, one.account, one.joins) == ("${SECRET}", ("email",), "name", "anybody")
    assert one.roles == (ClaimedRole("groups", "ops", "owner", "operations"),)
    assert one.attributes == (("region", "r"),)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (f"{{providers: [{{{PROVIDER}, client_secret: hunter2}}]}}", "client_secret"),
        (f"{{providers: [{{{PROVIDER}}}, {{{PROVIDER}}}]}}", "there are two providers 'corporate'"),
        ("{providers: [{name: a, issuer: 'http://login.example.org', client_id: weft}]}", "is not asked by https"),
        (
            f"{{providers: [{{{PROVIDER}, roles: [{{claim: g, value: v, role: owner}}]}}]}}",
            "the role owner is one of a domain",
        ),
        (
            f"{{providers: [{{{PROVIDER}, roles: [{{claim: g, value: v, role: auditor, domain: ops}}]}}]}}",
            "the role auditor is one of the whole mesh",
        ),
        ("{session_hours: 0}", "session_hours"),
        ("{sessions: 1}", "sessions"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, said: str, fault: str) -> None:
    with pytest.raises(Faults, match=fault) as caught:
        settings(tmp_path, said)
    assert "mesh.yaml:2" in str(caught.value)
    assert "hunter2" not in str(caught.value)
