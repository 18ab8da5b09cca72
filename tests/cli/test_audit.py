"""`weft audit` as it is typed: what it says, and its exit status."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.cli.app import app
from weft.product.audit import AuditedRead, Decided, Ending
from weft.session import open_session

Run = Callable[..., tuple[int, str, str]]
READ = AuditedRead(
    "ann", "api", {"fleet.planes.plane@1": ("tail",)}, "SELECT tail FROM fleet.planes.plane", purposes=("upkeep",)
)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    write_mesh(tmp_path, *planes_and_departures())
    monkeypatch.chdir(tmp_path)
    with open_session(tmp_path) as session:
        session.apply(session.plan())
        session.registry.audit.complete(session.registry.audit.begin(READ), Ending("done", 20, 99, 3))
        session.registry.audit.decided(Decided("eve", "grant", "given", "ann is reader of fleet", domains=("fleet",)))

    def called(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            app(["audit", *arguments], prog_name="weft")
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called


def test_a_trail_that_holds_says_so(run: Run) -> None:
    assert run("sign")[0] == 0
    status, out, _ = run("verify", "--json")
    told = json.loads(out)
    assert (status, told["holds"], told["records"], told["signed"], told["problems"]) == (0, True, 3, 3, [])


def test_a_trail_that_was_changed_is_told_and_ends_with_one(run: Run) -> None:
    with closing(sqlite3.connect(".weft/registry.db")) as connection:
        connection.executescript(
            "DROP TRIGGER audit_unchanged; UPDATE audit SET body = replace(body, 'upkeep', 'fun') WHERE number = 1"
        )
    status, out, err = run("verify")
    assert status == 1
    assert "record 1 (began" in out
    assert "does not hold" in err


def test_reads_and_decisions_are_found(run: Run) -> None:
    status, out, _ = run("search")
    assert status == 0
    first, second, third = out.splitlines()
    assert "eve  grant: given ann is reader of fleet" in first
    assert "ann  done  fleet.planes.plane@1  20 rows  3 ms" in second
    assert "purpose: upkeep" in third
    assert json.loads(run("search", "--who", "eve", "--json")[1])["records"][0]["what"] == "grant"
    assert run("search", "--from", "2999-01-01")[1] == ""


def test_an_export_needs_a_domain_that_is_there_and_a_time(run: Run) -> None:
    days = ("--from", "2026-01-01", "--to", "2999-01-01", "--output", "out")
    status, _, err = run("export", *days, "--domain", "flet")
    assert (status, "Did you mean 'fleet'?" in err) == (1, True)
    assert run("export", "--from", "soon", "--to", "2999-01-01", "--output", "out")[0] == 2
    status, out, _ = run("export", *days, "--domain", "fleet", "--json")
    assert (status, json.loads(out)["records"]) == (0, 3)
    assert run("export", *days)[0] == 2


def test_old_records_go_into_an_archive(run: Run) -> None:
    assert run("prune", "--before", "2020-01-01", "--archive", "old")[0] == 0
    assert not Path("old").exists()
    assert run("prune", "--before", "2999-01-01", "--archive", "old")[0] == 2
