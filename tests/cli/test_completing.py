"""What a shell offers: real names, put in where bash expects them, and never a word of what is wrong."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import call
from tests.meshes import planes_and_departures, write_mesh
from typer.testing import CliRunner

from weft.cli.app import app
from weft.cli.completing_bash import rejoined


def offered(line: str, mesh: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a line is answered by; its words are separated by blanks, as bash takes them apart."""
    monkeypatch.chdir(mesh)
    words = line.split(" ")
    environment = {"_WEFT_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    result = CliRunner().invoke(app, [], env=environment, prog_name="weft")
    assert result.stderr == ""
    return result.stdout.split()


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Applied, with an environment beside `prod` and a product that was rolled back."""
    root = write_mesh(tmp_path_factory.mktemp("completing") / "mesh", *planes_and_departures())
    assert call("apply", mesh=root).status == 0
    assert call("apply", "--env", "trial", mesh=root).status == 0
    source = next(root.glob("domains/fleet/planes/*.csv"))
    lines = source.read_text().splitlines()
    source.write_text("\n".join(lines[:-1]) + "\n")
    assert call("apply", "-s", "fleet", mesh=root).status == 0
    assert call("rollback", "fleet.planes", mesh=root).status == 0
    return root


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("weft pl", ["plan"]),
        ("weft show fleet.", ["fleet.planes", "fleet.planes.plane"]),
        ("weft show fleet.planes.plane @", ["1"]),
        ("weft show fleet.planes.plane @ 1", ["1"]),
        ("weft show mesh.column_", ["mesh.column_lineage"]),
        ("weft plan --select fl", ["fleet", "fleet.planes"]),
        ("weft plan --select = fleet.planes.", ["fleet.planes.plane"]),
        ("weft plan -s +fleet.p", ["+fleet.planes"]),
        ("weft query --env ", ["prod", "trial"]),
        ("weft env remove ", ["trial"]),
        ("weft promote ", ["trial"]),
        ("weft apply --resume ", ["fleet.planes"]),
        ("weft query -f js", ["json", "jsonl"]),
        ("weft lineage fleet.planes.plane.s", ["fleet.planes.plane.seats"]),
        ("weft show nobody", []),
    ],
)
def test_what_is_offered_answers_to_what_is_written(
    mesh: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: list[str]
) -> None:
    assert offered(line, mesh, monkeypatch) == expected


def test_a_broken_registry_leaves_the_names_of_the_folders(unbuilt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (unbuilt / ".weft").mkdir(exist_ok=True)
    (unbuilt / ".weft" / "registry.db").write_text("no database")
    assert offered("weft show fleet.", unbuilt, monkeypatch) == ["fleet.planes"]


@pytest.mark.parametrize("mesh_yaml", ["{{{", "name: [", ""])
def test_a_broken_mesh_offers_nothing_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mesh_yaml: str
) -> None:
    (tmp_path / "mesh.yaml").write_text(mesh_yaml)
    assert offered("weft show ", tmp_path, monkeypatch) == []


def test_outside_of_a_mesh_nothing_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered("weft show ", tmp_path, monkeypatch) == []


def test_what_bash_took_apart_is_put_together() -> None:
    assert rejoined(["show", "a.b.t", "@", "1"]) == ["show", "a.b.t@1"]
    assert rejoined(["plan", "--select", "="]) == ["plan", "--select", ""]
    assert rejoined(["plan", "--select", "=", "a.b.t", "@"]) == ["plan", "--select", "a.b.t@"]


@pytest.mark.skipif(not shutil.which("bash"), reason="LOUD: there is no bash here, so its completion was not tried")
def test_a_real_bash_fills_in_a_line_and_an_option_with_its_name(mesh: Path) -> None:
    with_weft = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "> "}
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(mesh)
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], os.environ | with_weft)
    try:
        typed(terminal, 'eval "$(weft --show-completion bash)"; echo read""y\n', "ready")
        typed(terminal, "weft show fleet.planes.plane@\t", "fleet.planes.plane@1")
        typed(terminal, "\x15weft plan --select=fleet.planes.\t", "--select=fleet.planes.plane")
    finally:
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(child, 0)


def typed(terminal: int, keys: str, expected: str) -> None:
    """Presses keys, and reads until the terminal shows what is expected."""
    os.write(terminal, keys.encode())
    shown, deadline = "", time.monotonic() + 20
    while expected not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += re.sub(r"[\x00-\x1f]", "", os.read(terminal, 65536).decode(errors="replace"))
