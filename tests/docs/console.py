"""Documents that are run: their files written, their commands carried out in order, and what is said held against what they show.

A block ```console has commands after `$ `, each with the output that it shows; a line `...` stands for any lines, and `...` in a
line for anything. A block whose first line names a file after its language (```sql domains/a/b/transforms/c.sql) is that file.
Times, sizes, ids and widths are not compared.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>\w+)[ ]?(?P<more>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.M | re.S)
VARYING = (
    (re.compile(r"\d{8}t\d{12}-[0-9a-f]{6}"), "#id"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00(:00)?| UTC)?"), "#time"),
    (re.compile(r"\b\d[\d.,]*\s?(ms|s|min|µs)\b"), "#duration"),
    (re.compile(r"\b\d[\d.,]*\s?([kKMG]i?B|B|bytes)\b"), "#size"),
    (re.compile(r"[─━═]{2,}"), "─"),
    (re.compile(r"\s+"), " "),
)


AROUND = {"COLUMNS": "80", "LINES": "24", "LOGNAME": "ann"}
"""What bars are drawn and words are wrapped for, and who calls: whatever terminal the tests run in, and whoever runs them."""


@dataclass(frozen=True)
class Step:
    """A file to write, or a command to run and what it shows. `line` is where in the document."""

    line: int
    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""


def steps(document: str) -> Iterator[Step]:
    for block in FENCE.finditer(document):
        line = document.count("\n", 0, block.start()) + 1
        more = block["more"].strip()
        if block["language"] == "console":
            yield from _commands(block["text"], line + 1)
        elif re.fullmatch(r"[\w./@-]+\.\w+", more):
            yield Step(line, file=more, text=block["text"])


def _commands(text: str, line: int) -> Iterator[Step]:
    command, shown, at = "", [], line
    for number, said in enumerate(text.splitlines(), line):
        if said.startswith("$ "):
            if command:
                yield Step(at, command, tuple(shown))
            command, shown, at = said[2:], [], number
        else:
            shown.append(said)
    if command:
        yield Step(at, command, tuple(shown))


@dataclass
class Shell:
    """A folder in which commands run one after the other: `cd` and `export` last, `weft` is run in this process."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> tuple[int, str]:
        """The exit status, and all that was said, on both streams, in order."""
        if command.startswith("cd "):
            self.folder = self.folder / command[3:].strip()
            return 0, ""
        if said := re.fullmatch(r"export (\w+)=(.*)", command):
            self.environment[said[1]] = said[2]
            return 0, ""
        if command.startswith("weft ") and not re.search(r"[|<>]", _unquoted(command)):
            return self._weft(command)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._whole(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.returncode, done.stdout

    def _whole(self) -> dict[str, str]:
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
        return {**os.environ, **AROUND, **self.environment, "PATH": path}

    def _weft(self, command: str) -> tuple[int, str]:
        import shlex

        from weft.cli.app import app

        before, environment = Path.cwd(), dict(os.environ)
        said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        os.chdir(self.folder)
        os.environ.update(AROUND | self.environment)
        try:
            with redirect_stdout(said), redirect_stderr(said):
                app(shlex.split(command)[1:], prog_name="weft")
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environment)
        return status, said.buffer.getvalue().decode()  # type: ignore[attr-defined]


def shown_anew(document: str, said: dict[int, str]) -> str:
    """The document with what each command said, by its line, in place of what it showed; what showed nothing still does."""
    lines = document.splitlines()
    for step in sorted((s for s in steps(document) if s.line in said), key=lambda s: -s.line):
        told = [line.rstrip() for line in said[step.line].rstrip().splitlines()]
        lines[step.line : step.line + len(step.shown)] = told
    return "\n".join(lines) + "\n"


def _unquoted(command: str) -> str:
    return re.sub(r'"(\\.|[^"])*"|\'[^\']*\'', "", command)


def fits(shown: tuple[str, ...], said: str) -> bool:
    """Whether what a document shows is what was said; a document that shows nothing leaves it out."""
    if not any(line.strip() for line in shown):
        return True
    pattern = "".join(_pattern(line) for line in shown if line.strip())
    told = "".join(f"{_plain(line)}\n" for line in said.splitlines() if line.strip())
    return re.fullmatch(pattern, told) is not None


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:[^\n]*\n)*?"
    return r"[^\n]*?".join(re.escape(_plain(part, edges=False)) for part in line.strip().split("...")) + r"\n"


def _plain(line: str, *, edges: bool = True) -> str:
    for pattern, instead in VARYING:
        line = pattern.sub(instead, line)
    return line.strip() if edges else line
