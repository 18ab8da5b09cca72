"""`weft profile`: what it shows at each width, the one object it prints, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Weft

from weft.cli.render import profile as render
from weft.session.profiling import of_files
from weft.settings import EngineSettings

ROWS = "id,note,paid\n" + "".join(
    f"{n},{'a very long note indeed, number' if n % 3 else 'n/a'} {n},2026-01-{n:02}\n" for n in range(1, 29)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "payments.csv"
    path.write_text(ROWS.replace("indeed,", "indeed"))
    return path


def test_a_table_is_shown_with_its_columns_and_its_score(weft: Weft, flights: Path) -> None:
    said = weft("profile", "fleet.planes", mesh=flights)
    assert said.status == 0
    assert "fleet.planes.plane@1  20 rows, 2 columns" in said.out
    assert "key  tail" in said.out and "score  " in said.out


def test_the_one_object_holds_profiles_and_the_score_of_all(weft: Weft, flights: Path) -> None:
    told = weft("profile", "operations", "fleet", "--json", mesh=flights).object
    assert [one["line"] for one in told["profiles"]] == ["operations.flights.departures@1", "fleet.planes.plane@1"]
    assert {one["column"]: one["table"] for one in told["profiles"][0]["foreign_keys"]} == {
        "tail": "fleet.planes.plane@1"
    }
    assert told["score"]["tables"] == 2


def test_a_history_of_what_is_not_profiled_says_so(weft: Weft, unbuilt: Path) -> None:
    assert weft("apply", mesh=unbuilt).status == 0
    said = weft("profile", "fleet.planes.plane", "--history", mesh=unbuilt)
    assert (said.status, said.out) == (0, "") and "no profile is kept" in said.err
    assert weft("profile", "fleet", mesh=unbuilt).status == 0
    assert "the first that is kept" in weft("profile", "fleet.planes.plane", "--history", mesh=unbuilt).out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fleet.plane"], "Did you mean 'fleet.planes'"),
        (["missing.csv"], "missing"),
        (["fleet", "--column", "tial"], "Did you mean 'tail'"),
        (["fleet", "--as", "stranger"], "stranger"),
    ],
)
def test_what_is_not_there_or_not_for_somebody_is_said(
    arguments: list[str], words: str, weft: Weft, flights: Path
) -> None:
    said = weft("profile", *arguments, mesh=flights)
    assert said.status == 1 and words in said.err and said.out == ""


def test_nothing_named_is_misuse(weft: Weft, flights: Path) -> None:
    assert weft("profile", mesh=flights).status == 2


@pytest.mark.parametrize("wide", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal(
    wide: int, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(render, "width", lambda _: wide)
    profiles = of_files([str(file)], EngineSettings(threads=1))
    capsys.readouterr()
    render.show_profiles(profiles, [], json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[1:])) <= wide
    assert ("varchar" in "\n".join(lines)) is (wide >= 100)


def test_a_name_cannot_break_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"two\nlines",b\n1,"x\ny"\n2,z\n')
    render.show_profiles(of_files([str(path)], EngineSettings(threads=1)), [], json=False)
    assert "two⏎lines" in capsys.readouterr().out


def test_data_colours_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("v,w\n\x1b[31mred,1\n\x1b[31mred,2\n \x1b]0;name\x07,3\n")
    profiles = of_files([str(path)], EngineSettings(threads=1))
    for columns in ([], ["v"]):
        render.show_profiles(profiles, columns, json=False)
    assert "\x1b" not in capsys.readouterr().out
