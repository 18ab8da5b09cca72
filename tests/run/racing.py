"""One of several programs that work on one mesh at once, led by a test: it says where it is, and goes on when it is told to.

`apply FOLDER SELECT`: stops when it has planned, and when it has begun its first product. `read FOLDER SQL`: stops with its
answer open. A line of its output is a JSON value; a line of its input lets it go on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from weft.run.report import Event
from weft.session import Choice, open_session


class Racer:
    """The program as the test that leads it sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def says(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "it ended without a word"
        return json.loads(line)

    def goes_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def racer(*words: str | Path) -> Iterator[Racer]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.run.racing", *map(str, words)]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Racer(process)
    finally:
        process.kill()
        process.communicate()


def stop(said: object) -> None:
    print(json.dumps(said), flush=True)
    sys.stdin.readline()


def apply(folder: str, select: str) -> None:
    begun = False

    def observe(event: Event) -> None:
        nonlocal begun
        if event.kind == "began" and not begun:
            begun = True
            stop("begun")

    with open_session(folder) as session:
        planned = session.plan(Choice((select,)))
        stop("planned")
        report = session.apply(planned, observe)
        stop([[product.state, product.message] for product in report.products])


def read(folder: str, sql: str) -> None:
    with open_session(folder) as session, session.query(sql) as answer:
        stop(len(answer.arrow()))
        stop(len(answer.arrow()))


if __name__ == "__main__":
    {"apply": apply, "read": read}[sys.argv[1]](*sys.argv[2:])
