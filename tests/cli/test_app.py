"""The program: help, statuses, and no stack trace for anybody."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
import typer
from tests.cli.conftest import Weft

from weft.cli.verbs import EXAMPLES, VERBS

LONG = "SELECT count(*) FROM range(100000) a, range(10000000) b WHERE a.range * b.range % 7 = 3"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_that_documents_its_json(weft: Weft, verb: str) -> None:
    said = weft(verb, *(["product"] if verb == "new" else []), "--help")
    assert said.status == 0
    assert "--json" in said.out
    assert "JSON: " in said.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_example_that_can_be_called(weft: Weft, verb: str) -> None:
    assert f"Example: {EXAMPLES[verb]}" in " ".join(weft(verb, "--help").out.split())
    program, called, *words = shlex.split(EXAMPLES[verb])
    assert (program, called) == ("weft", verb)
    command = typer.main.get_command(import_module(VERBS[verb].file).app)
    context = command.make_context(verb, words)
    if inside := getattr(command, "commands", None):
        context = inside[words[0]].make_context(words[0], words[1:])
    assert context.params


def test_the_help_lists_every_verb(weft: Weft) -> None:
    said = weft("--help")
    assert said.status == 0
    assert all(f"  {verb.name} " in said.out and verb.summary[:30] in said.out for verb in VERBS.values())


def test_no_verb_at_all_is_answered_by_the_help(weft: Weft) -> None:
    assert weft() == weft("--help")


def test_the_version_is_that_of_the_package(weft: Weft) -> None:
    from importlib.metadata import version

    assert weft("--version").out == f"weft {version('weft')}\n"


def test_the_help_imports_no_verb_and_nothing_heavy() -> None:
    heavy = {
        "duckdb",
        "pyarrow",
        "sqlglot",
        "sqlalchemy",
        "rich",
        "msgspec",
        "prompt_toolkit",
        "weft.session",
        "weft.cli.query",
    }
    code = f"import os, sys; sys.argv = ['weft', '--help']\nos._exit = lambda status: print(sorted({heavy!r} & set(sys.modules)))\nfrom weft.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plann"], "there is no verb 'plann'. Did you mean 'plan'?"),
        (["plan", "--sellect", "x"], "No such option: --sellect"),
        (["show", "a", "b"], "unexpected extra argument"),
        (["lineage"], "Missing argument"),
        (["query", "SELECT 1", "--format", "xml"], "there is no format 'xml'"),
        (["query", "SELECT 1", "--json", "--format", "csv"], "--json prints one object"),
        (["query", "SELECT 1", "--rows", "many"], "is not a valid"),
        (["schema", "mush"], "Did you mean 'mesh'?"),
        (["test", "--unit", "--failures"], "ask for different things"),
    ],
)
def test_misuse_ends_with_status_two_and_says_what(
    weft: Weft, flights: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(flights)
    said = weft(*arguments)
    assert said.status == 2
    assert words in said.err


def test_a_folder_without_a_mesh_says_how_to_make_one(weft: Weft, tmp_path: Path) -> None:
    said = weft("plan", mesh=tmp_path)
    assert said.status == 2
    assert "`weft init`" in said.err


def test_a_failure_with_json_is_one_object_too(weft: Weft, flights: Path) -> None:
    said = weft("query", "SELECT * FROM operations.flights.departurs", "--json", mesh=flights)
    assert said.status == 1
    assert said.object["error"]["message"] == "there is no published table 'operations.flights.departurs'"
    assert "operations.flights.departures" in said.object["error"]["mend"]
    assert said.object["error"]["place"] == {"file": "query", "line": 1}


def test_the_unexpected_is_one_sentence_and_a_log_in_the_mesh(
    weft: Weft, flights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of a kind")

    monkeypatch.setattr("weft.session.Session.sweep", broken)
    said = weft("sweep", mesh=flights)
    assert said.status == 1
    assert said.err.startswith(
        "weft: this should not have happened: ZeroDivisionError: of a kind. The whole of it is in "
    )
    log = Path(said.err.split(" is in ")[1].strip().removesuffix("."))
    assert log.is_relative_to(flights / ".weft")
    assert "Traceback" in log.read_text()
    assert weft("sweep", "--json", mesh=flights).object["error"]["message"].startswith("this should not have happened")


def test_ctrl_c_ends_a_question_at_once_and_cleanly(flights: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "weft", "query", LONG],
        cwd=flights,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (1, "", "weft: interrupted\n")


def test_a_reader_that_leaves_ends_us_without_a_word(flights: Path) -> None:
    command = (
        f"{sys.executable} -m weft query 'SELECT range FROM range(2000000)' --format jsonl --mesh {flights} | head -1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == '{"range":0}\n'
    assert done.stderr == ""
