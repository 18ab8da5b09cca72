"""Core data of a checkout whose registry and store are behind a server: it goes on from what was published there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.checkouts import owner, served
from tests.cli.conftest import Said, call
from tests.core_meshes import CRM, FOLDER, write_people
from tests.meshes import write_mesh


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    hub = write_mesh(tmp_path / "hub")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("WEFT_TOKEN", "ann")
    monkeypatch.chdir(tmp_path)
    with served(hub, {"ann": owner("ann@people.org", "people")}) as server:
        root = tmp_path / "ann"
        write_people(root)
        (root / "mesh.yaml").write_text(f"name: test\nregistry: {server.url}\n")
        yield root


def ids(root: Path) -> dict[str, str]:
    sql = "SELECT source_id, person_id FROM people.person.person_crosswalk WHERE source = 'crm'"
    found: Said = call("query", sql, "--json", mesh=root)
    return {row["source_id"]: row["person_id"] for row in found.object["rows"]}


def test_ids_go_on_from_what_the_server_keeps(laptop: Path) -> None:
    applied = call("apply", mesh=laptop)
    assert applied.status == 0, applied.err
    before = ids(laptop)
    (laptop / FOLDER / "crm.csv").write_text(CRM.replace("Dunn", "Dunne") + "e,Archer,Ann,Boston,MA,\n")
    assert call("apply", mesh=laptop).status == 0
    after = ids(laptop)
    assert {record: after[record] for record in before} == before
    assert after["e"] == before["a"]
