"""The shell's answers, its words, and what the system's shell is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from tests.cli.conftest import Weft

from weft.cli.shell import Shell
from weft.cli.shell_words import Words
from weft.session import Session, open_session


@pytest.fixture(scope="module")
def session(flights: Path) -> Iterator[Session]:
    with open_session(flights) as opened:
        yield opened


def completions(session: Session, text: str) -> list[str]:
    return [found.text for found in Words(session).get_completions(Document(text), CompleteEvent())]


def test_a_question_is_answered_with_its_rows_and_time(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    Shell(session, 100).respond("SELECT seats FROM fleet.planes.plane ORDER BY seats LIMIT 1;")
    captured = capsys.readouterr()
    assert captured.out == "seats\n─────\n   50\n"
    assert captured.err.startswith("1 row in ")


def test_tables_and_columns_can_be_listed(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(session, 100)
    shell.respond("\\d")
    shell.respond("\\d fleet.planes.plane")
    assert capsys.readouterr().out == (
        "fleet.planes.plane\nnetwork.routes.delays\noperations.flights.departures\n  tail   VARCHAR\n  seats  BIGINT\n"
    )


@pytest.mark.parametrize("word", ["help", "?", "\\?", "help;"])
def test_who_asks_for_help_gets_it(session: Session, capsys: pytest.CaptureFixture[str], word: str) -> None:
    Shell(session, 100).respond(word)
    assert capsys.readouterr().out.startswith("A question ends with ;")


def test_where_nothing_may_be_written_the_history_is_kept_in_memory(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from prompt_toolkit.history import InMemoryHistory

    (tmp_path / ".weft").write_text("no folder")
    monkeypatch.setattr(session, "settings", replace(session.settings, root=tmp_path))
    assert isinstance(Shell(session, 100)._history(), InMemoryHistory)


def test_what_goes_wrong_is_said_and_forgotten(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    shell = Shell(session, 100)
    shell.respond("DROP TABLE x;")
    shell.respond("SELECT 1 AS a;")
    captured = capsys.readouterr()
    assert "SQL here only reads" in captured.err
    assert captured.out.startswith("a\n")


def test_tables_and_the_columns_of_the_question_complete(session: Session) -> None:
    assert completions(session, "SELECT * FROM oper") == ["operations.flights.departures"]
    assert completions(session, "FROM fleet.planes.plane SELECT se") == ["seats", "SELECT"]
    assert "mesh.tables" in completions(session, "FROM mesh.t")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("weft pl", ["plan"]),
        ("weft show fleet.", ["fleet.planes", "fleet.planes.plane"]),
        ("weft show fleet.planes.plane@", ["fleet.planes.plane@1"]),
        ("weft apply --select +net", ["+network", "+network.routes"]),
        ("weft new prod", ["product"]),
    ],
)
def test_the_systems_shell_is_offered_names(
    weft: Weft, flights: Path, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    monkeypatch.chdir(flights)
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    monkeypatch.setenv("_WEFT_COMPLETE", "complete_bash")
    assert weft().out.split() == offered


def test_completion_outside_a_mesh_offers_nothing_and_says_nothing(
    weft: Weft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMP_WORDS", "weft show ")
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("_WEFT_COMPLETE", "complete_bash")
    said = weft()
    assert (said.out.strip(), said.err) == ("", "")
