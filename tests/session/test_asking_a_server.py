"""The reading verbs against a server say what they say in the workspace itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.checkouts import developer, served
from tests.cli.conftest import call
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Reader
from weft.cli.shell import Shell
from weft.names import LineName
from weft.session import Session
from weft.session.reaching import nowhere

DEVELOPER = developer("ann@fleet.org", "fleet", "operations", "network")
TYPES = """
    SELECT 1::HUGEINT AS h, 2::UTINYINT AS u, 1.50::DECIMAL(9, 2) AS d, DATE '2026-01-02' AS day, TIME '12:30:00' AS t,
        TIMESTAMP '2026-01-02 03:04:05.678' AS ts, TIMESTAMPTZ '2026-01-02 03:04:05+02' AS tz, INTERVAL 3 DAY AS i,
        'a'::BLOB AS b, [1, NULL, 3] AS l, {'x': 1, 'y': 'z'} AS s, MAP {'k': 1} AS m, NULL AS n, 'Größe' AS v, true AS yes,
        '3e1fb3c2-2e3a-4d6e-8a5e-0d8f6f3f8a11'::UUID AS id
"""
QUESTIONS = (
    ("show",),
    ("show", "network"),
    ("show", "operations.flights"),
    ("show", "operations.flights.departures"),
    ("search", "delay"),
    ("lineage", "network.routes.delays"),
    ("lineage", "network.routes.delays.mean_delay", "--direction", "up"),
    ("history", "--limit", "3"),
    ("query", "SELECT * FROM operations.flights.departures ORDER BY id"),
    ("query", "SELECT table_name, line_name, rows FROM mesh.tables ORDER BY ALL"),
    ("query", TYPES),
    ("query", TYPES, "--format", "csv"),
    ("query", TYPES, "--format", "jsonl"),
)
PLACES = re.compile(r"\S*/([0-9]{8}t[0-9]{12}-[0-9a-f]{6}-[0-9]+\.parquet)")


@dataclass(frozen=True)
class Hub:
    root: Path
    url: str


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    root = write_mesh(tmp_path_factory.mktemp("asking") / "hub", *planes_and_departures())
    assert call("apply", mesh=root).status == 0
    with served(root, {"ann": DEVELOPER, "eve": Reader("eve@elsewhere.org")}) as server:
        yield Hub(root, server.url)


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In no workspace, with no configuration but that of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEFT_TOKEN", "ann")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_server_says_what_the_workspace_says(hub: Hub, question: tuple[str, ...]) -> None:
    here, there = call(*question, mesh=hub.root), call(*question, "--server", hub.url)
    assert (there.status, there.out) == (here.status, PLACES.sub(r"\1", here.out))


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q != ("show", "operations.flights.departures")], ids=" ".join
)
def test_it_says_so_in_json_too_but_where_its_files_lie(hub: Hub, question: tuple[str, ...]) -> None:
    here = call(*question, "--json", mesh=hub.root).object
    there = call(*question, "--json", "--server", hub.url).object
    assert _placeless(there) == _placeless(here)


def _placeless(found: object) -> object:
    if isinstance(found, dict):
        kept = {name: value for name, value in found.items() if name not in ("path", "duckdb", "pyarrow")}
        return {name: _placeless(value) for name, value in kept.items()}
    return [_placeless(one) for one in found] if isinstance(found, list) else found


def test_the_shell_knows_what_may_be_asked_for(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    with Session(nowhere(hub.url)) as session:
        shell = Shell(session, 10)
        shell.respond("\\d")
        shell.respond("\\d fleet.planes.plane")
        assert session.columns_of(LineName("fleet.planes.plane@1")) == ("tail", "seats")
    said = capsys.readouterr().out
    assert ("operations.flights.departures\n" in said, "seats" in said) == (True, True)


def test_the_option_may_stand_before_the_verb(hub: Hub) -> None:
    assert call("--server", hub.url, "search", "delay").status == 0


def test_a_server_of_the_environment_is_asked(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_SERVER", hub.url)
    assert "operations" in call("show").out


def test_a_mistyped_name_comes_with_the_closest(hub: Hub) -> None:
    said = call("show", "operations.flight", "--server", hub.url)
    assert (said.status, "Did you mean 'operations.flights'?" in said.err) == (1, True)


def test_a_token_that_is_none_says_how_to_log_in(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_TOKEN", "old")
    said = call("show", "--server", hub.url)
    assert (said.status, f"weft login {hub.url}" in said.err) == (1, True)


def test_without_a_token_nothing_is_sent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEFT_TOKEN")
    said = call("show", "--server", hub.url)
    assert "you are not logged in" in said.err


def test_a_server_that_is_not_there_is_named() -> None:
    said = call("show", "--server", "http://127.0.0.1:1")
    assert (said.status, "cannot be reached: Connection refused" in said.err) == (1, True)


def test_a_token_never_travels_in_clear() -> None:
    said = call("show", "--server", "http://mesh.example.org")
    assert (said.status, "in clear" in said.err) == (2, True)


def test_planning_needs_a_checkout(hub: Hub) -> None:
    assert "there is no mesh.yaml" in call("plan", "--server", hub.url).err


def test_whoever_builds_nowhere_reads_nevertheless(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_TOKEN", "eve")
    assert call("search", "delay", "--server", hub.url).status == 0


def test_a_checkout_of_another_mesh_is_refused(hub: Hub, tmp_path: Path) -> None:
    other = write_mesh(tmp_path / "other", *planes_and_departures())
    (other / "mesh.yaml").write_text("name: shop\n")
    said = call("plan", "--server", hub.url, mesh=other)
    assert "is of the mesh 'shop', and" in said.err
