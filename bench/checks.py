"""Twenty checks on six million rows: what they take inside a process, for Weft and by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import twenty
from bench.processes import Command, Measured, measured
from bench.rows import Promise, Row
from bench.works import Sitting

BY_HAND = "raw DuckDB"
HERE = {"PYTHONPATH": str(Path(__file__).parent.parent)}
SIDES = {BY_HAND: "hand", "Weft": "weft"}


def rows(sitting: Sitting, lines: int) -> Iterator[Row]:
    """Time from a fresh connection to the last answer, without start-up; and the peak memory of the whole process."""
    what = f"twenty checks on {lines:,} rows"
    folder = sitting.folder / f"checks_{lines}"
    sitting.tell(f"{what}: preparing")
    twenty.prepare(folder, sitting.folder / f"heavy_{lines}" / "data", lines)
    found: dict[str, list[Measured]] = {name: [] for name in SIDES}
    for _ in range(sitting.runs):
        for name, which in SIDES.items():
            found[name].append(_inside(Command([sys.executable, "-m", "bench.twenty", which, "."], folder, HERE)))
    yield Row(what, found, Promise(1.2, "floor"))
    yield Row(f"{what}, peak memory", found, None, "peak_mebibytes")


def _inside(command: Command) -> Measured:
    """As the process itself says, its start left out."""
    whole = measured(command)
    said = json.loads((command.folder / "said.log").read_text().splitlines()[-1])
    if said["checks"] != 20:
        raise ValueError(f"{said['checks']} checks were proved, not twenty")
    return replace(whole, wall_seconds=said["seconds"])
