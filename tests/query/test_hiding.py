"""What is not discoverable is nowhere to be found by whoever has nothing to do with it, and there for whoever has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.agreements import grant
from tests.meshes import A, Made, write_mesh, write_product

from weft.access import Reader
from weft.errors import Unknown
from weft.query.lineage import lineage
from weft.query.search import search
from weft.query.show import shown
from weft.registry.facts.relations import RELATIONS
from weft.session import open_session

HIDDEN = "customProperties:\n  - {property: discoverable, value: false, vendor: weft}\n"
SECRETS = ("crews", "duties", "payroll", "wages")


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole product that is hidden, one that reads it, and one of whose ports one is hidden."""
    root = tmp_path_factory.mktemp("hiding") / "mesh"
    crews = A("ops.crews", [Made("duties", {"id": "integer key"}, "SELECT 1 AS id")])
    rosters = A(
        "ops.rosters", [Made("rosters", {"id": "integer key"}, "SELECT id FROM duties")], reads=["ops.crews.duties"]
    )
    staff = A("hr.staff", [Made("people", {"id": "integer key"}, "SELECT 2 AS id")])
    write_mesh(root, crews, rosters, staff)
    folder = root / "domains/hr/staff"
    manifest = folder / "product.odps.yaml"
    manifest.write_text(manifest.read_text() + "  - {name: payroll, version: 1.0.0, contractId: hr.staff.payroll}\n")
    own = (folder / "contracts/staff.odcs.yaml").read_text()
    hidden = own.replace("hr.staff", "hr.staff.payroll").replace("name: people", "name: wages") + HIDDEN
    (folder / "contracts/payroll.odcs.yaml").write_text(hidden)
    (folder / "transforms/wages.sql").write_text("SELECT id FROM people\n")
    contract = root / "domains/ops/crews/contracts/crews.odcs.yaml"
    contract.write_text(contract.read_text() + HIDDEN)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    return root


@pytest.mark.parametrize("relation", [name for name in RELATIONS if name != "runs"])
def test_no_relation_of_the_mesh_says_a_word_of_it(mesh: Path, relation: str) -> None:
    with open_session(mesh, reader=Reader("bob")) as session, session.query(f"SELECT * FROM mesh.{relation}") as answer:
        said = str(answer.arrow().to_pylist())
    assert [word for word in SECRETS if word in said] == []


def test_counts_leave_it_out(mesh: Path) -> None:
    with open_session(mesh, reader=Reader("bob")) as session:
        with session.query("SELECT products FROM mesh.domains WHERE domain = 'ops'") as answer:
            assert answer.arrow().to_pylist() == [{"products": 1}]
        with session.query("SELECT output_ports, transforms FROM mesh.products WHERE name = 'staff'") as answer:
            assert answer.arrow().to_pylist() == [{"output_ports": 1, "transforms": 1}]


@pytest.mark.parametrize("words", ["crews", "duties", "wages"])
def test_search_does_not_find_it(mesh: Path, words: str) -> None:
    with open_session(mesh, reader=Reader("bob")) as session:
        assert search(words, session.library) == ()
    with open_session(mesh) as session:
        assert search(words, session.library) != ()


@pytest.mark.parametrize("name", ["ops.crews", "ops.crews.duties", "hr.staff.wages", "ops.crews.duties@1"])
def test_show_lineage_and_queries_say_of_it_that_there_is_nothing(mesh: Path, name: str) -> None:
    table, at, label = name.partition("@")
    domain, product, leaf = (*table.split("."), "nothing")[:3]
    sql = f'SELECT * FROM {domain}.{product}."{leaf}{at}{label}"'
    with open_session(mesh, reader=Reader("bob")) as session:
        asks = (
            lambda: shown(name, session.library, session.mesh),
            lambda: lineage(name, session.library),
            lambda: session.query(sql),
        )
        for ask in asks:
            with pytest.raises(Unknown, match="there is no ") as error:
                ask()
            said = str(error.value).replace(table, "").replace(leaf, "")
            assert [word for word in SECRETS if word in said] == [], said


def test_a_page_of_what_is_known_does_not_name_it(mesh: Path) -> None:
    for name in ("hr.staff", "hr", "ops", "ops.rosters", "hr.staff.people", "ops.rosters.rosters"):
        with open_session(mesh, reader=Reader("bob")) as session:
            said = str(shown(name, session.library, session.mesh))
        assert [word for word in SECRETS if word in said] == [], name


@pytest.mark.parametrize("name", ["", "ops.other", "ops.rosters"])
def test_its_domain_and_who_reads_it_know_of_it(mesh: Path, name: str) -> None:
    with open_session(mesh, reader=Reader(name)) as session:
        assert search("duties", session.library) != ()


def test_whoever_has_an_agreement_knows_of_it_and_reads_it(mesh: Path) -> None:
    grant(mesh, "nina", "hr.staff.payroll")
    with open_session(mesh, reader=Reader("nina")) as session:
        assert search("wages", session.library) != ()
        assert search("duties", session.library) == ()
        with session.query("SELECT id FROM hr.staff.wages") as answer:
            assert answer.arrow().num_rows == 1


def test_the_people_of_a_product_that_reads_it_know_of_it(mesh: Path) -> None:
    payroll = A("pay.runs", [Made("runs", {"id": "integer key"}, "SELECT id FROM payroll")], reads=["hr.staff.payroll"])
    write_product(mesh, payroll)
    folder = mesh / "domains/pay"
    manifest = folder / "runs/product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("contractId: hr.staff}", "contractId: hr.staff.payroll}"))
    domain = folder / "domain.yaml"
    domain.write_text(domain.read_text() + "team: {name: Pay, members: [{username: petra, role: developer}]}\n")
    with open_session(mesh) as session:
        assert session.apply(session.plan()).succeeded
    for name, finds in (("petra", True), ("pay.runs", True), ("pay.other", False), ("bob", False)):
        with open_session(mesh, reader=Reader(name)) as session:
            assert bool(search("wages", session.library)) is finds, name


@pytest.mark.parametrize("words", ["crews", "duties", "wages", "wagse", "duties people"])
def test_what_a_server_keeps_for_all_finds_it_for_nobody_else(mesh: Path, words: str) -> None:
    kept: dict[str, Any] = {}

    def keep(key: str, make: Callable[[], Any]) -> Any:
        return kept.setdefault(key, None) or kept.__setitem__(key, make()) or kept[key]

    with open_session(mesh) as session:
        assert search(words, replace(session.library, keep=keep))
        told = search(words, replace(session.library, keep=keep, reader=Reader("bob")))
    assert [hit.name for hit in told if any(secret in hit.name for secret in SECRETS)] == []
