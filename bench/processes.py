"""Whole processes, as a person waits for them: wall clock, processor time and peak memory, asked of the kernel."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TAIL = 30
Prepare = Callable[[], None]


def nothing() -> None:
    """Nothing to prepare."""


@dataclass(frozen=True)
class Measured:
    wall_seconds: float
    cpu_seconds: float
    peak_mebibytes: float


@dataclass(frozen=True)
class Command:
    """One process to measure. `prepare` runs before it, and is not measured; `statuses` are the exits that are right."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Prepare = nothing
    statuses: tuple[int, ...] = (0,)


class CommandFailed(Exception):
    """A measured process did not exit with 0; the message ends with what it said last."""


def measured(command: Command) -> Measured:
    """Runs it once, children counted. Raises: CommandFailed."""
    command.prepare()
    said = command.folder / "said.log"
    with said.open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.statuses:
        tail = "\n".join(said.read_text(errors="replace").splitlines()[-TAIL:])
        raise CommandFailed(f"{' '.join(command.arguments)} exited with {process.returncode}:\n{tail}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(runs: Iterable[Measured]) -> Measured:
    """Of each measure by itself."""
    found = list(runs)
    return Measured(
        statistics.median(run.wall_seconds for run in found),
        statistics.median(run.cpu_seconds for run in found),
        statistics.median(run.peak_mebibytes for run in found),
    )


def in_turns(sides: Mapping[str, tuple[Command, int]]) -> dict[str, list[Measured]]:
    """Measures sides in turns (A B A B), each as often as it says, so that a slow minute is slow for all of them."""
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for turn in range(max(runs for _, runs in sides.values())):
        for name, (command, runs) in sides.items():
            if turn < runs:
                found[name].append(measured(command))
    return found
