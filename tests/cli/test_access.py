"""Agreements on the command line, as a person and a program see them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Weft

PLANE = "fleet.planes.plane"
ASK = ("access", "request", PLANE, "--purpose", "seats by route", "--use-case", "capacity")


@pytest.fixture
def mesh(flights: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(flights, tmp_path / "mesh"))


def test_an_agreement_lives_from_the_request_to_its_end(weft: Weft, mesh: Path) -> None:
    counted = ("query", f"SELECT count(*) FROM {PLANE}", "--as", "bob")
    denied = weft(*counted, mesh=mesh)
    assert denied.status == 1
    assert f"weft access request {PLANE}@1" in denied.err
    asked = weft(*ASK, "--as", "bob", "--json", mesh=mesh).object
    identity = asked["agreement"]["id"]
    assert (asked["is_changed"], asked["agreement"]["state"]) == (True, "requested")
    assert weft("access", "decide", identity, "--approve", "--as", "bob", mesh=mesh).status == 1
    assert "granted" in weft("access", "decide", identity, "--approve", mesh=mesh).out
    assert weft(*counted, mesh=mesh).status == 0
    assert "in force" in weft("access", "explain", PLANE, "--as", "bob", mesh=mesh).out
    (listed,) = weft("access", "list", "--as", "bob", "--json", mesh=mesh).object["agreements"]
    assert (listed["standing"], listed["agreement"]["reader"]) == ("granted", "bob")
    assert "bob by agreement" in weft("show", "fleet.planes", mesh=mesh).out
    assert weft("access", "revoke", identity, mesh=mesh).status == 2
    assert weft("access", "revoke", identity, "--because", "misused", mesh=mesh).status == 0
    assert "was revoked: misused" in weft(*counted, mesh=mesh).err
    rows = weft("query", "SELECT state, decided_by, because FROM mesh.agreements", "--as", "bob", "--json", mesh=mesh)
    assert [(row["state"], row["because"]) for row in rows.object["rows"]] == [("revoked", "misused")]
    nothing = weft("query", "SELECT count(*) AS n FROM mesh.agreements", "--as", "carl", "--json", mesh=mesh)
    assert nothing.object["rows"] == [{"n": 0}]


def test_agreements_are_exported_as_the_draft_has_them(weft: Weft, mesh: Path) -> None:
    weft(*ASK, "--as", "bob", mesh=mesh)
    (document,) = weft("access", "export", "--json", mesh=mesh).object["agreements"]
    assert (document["kind"], document["status"], document["consumer"]) == (
        "AccessAgreement",
        "requested",
        {"userId": "bob"},
    )
    assert weft("access", "export", mesh=mesh).status == 0
    (file,) = (mesh / "exports/agreements").glob("*.oaas.yaml")
    assert "kind: AccessAgreement" in file.read_text()
    assert weft("access", "export", "a999", "--as", "carl", mesh=mesh).status == 1


def test_what_a_product_keeps_to_itself_is_proposed_and_answered(weft: Weft, mesh: Path) -> None:
    said = weft("access", "request", f"{PLANE}.engines", *ASK[3:], "--as", "bob", "--json", mesh=mesh).object
    identity = said["proposal"]["id"]
    assert said["agreement"] is None
    assert "declined" in weft("access", "answer", identity, "--decline", "--because", "not known", mesh=mesh).out
    assert "not known" in weft("access", "show", identity, "--as", "bob", mesh=mesh).out


@pytest.mark.parametrize(
    "call",
    [
        ("decide", "a1"),
        ("decide", "a1", "--approve", "--refuse"),
        ("request", PLANE, "--purpose", "x"),
        ("request", PLANE, "--purpose", "x", "--use-case", "y", "--until", "soon"),
        ("answer", "p1"),
    ],
)
def test_a_call_that_says_too_little_is_misuse(weft: Weft, flights: Path, call: tuple[str, ...]) -> None:
    said = weft("access", *call, mesh=flights)
    assert (said.status, said.out) == (2, "")


def test_what_somebody_asked_for_is_told_to_them_and_to_the_domain_alone(weft: Weft, mesh: Path) -> None:
    weft(*ASK, "--as", "bob", mesh=mesh)
    weft("access", "decide", "a1", "--approve", mesh=mesh)
    sql = "SELECT kind FROM mesh.events WHERE kind LIKE 'access%' ORDER BY event"
    seen = {name: weft("query", sql, "--as", name, "--json", mesh=mesh).object["row_count"] for name in ("bob", "carl")}
    assert seen == {"bob": 2, "carl": 0}
    assert "seats by route" not in weft("show", "fleet.planes", "--as", "carl", mesh=mesh).out
