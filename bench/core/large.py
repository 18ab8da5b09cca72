"""A million records of generated registries, matched whole; then one in a hundred that is new, matched against them. Each a process of its own.

`python -m bench.core.large FOLDER whole|more` is one of them.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from bench.core.quality import registries, request
from bench.processes import Command, Measured, measured
from weft.core_data import make, making
from weft.product.core_data import CoreMade, Role, Thresholds

CLINICIANS = 427_000
"""They make a million records in the two registries."""
NEW = "hash(said) % 100 = 0"
P, R = ParamSpec("P"), TypeVar("R")
TIMES = 3
"""A short process is measured as often, and the one in the middle is told; the long one is measured once."""
PROMISED_SECONDS, PROMISED_MEBIBYTES, PROMISED_SHARE = 180.0, 8192.0, 0.1


@dataclass(frozen=True)
class Large:
    records: int
    new: int
    whole: Measured
    more: Measured
    said: str
    matching: tuple[float, float]
    """Seconds of finding, weighing and joining pairs and naming clusters, whole and of what is new; the rest reads and writes tables."""

    @property
    def share(self) -> float:
        return self.more.wall_seconds / self.whole.wall_seconds

    @property
    def share_of_matching(self) -> float:
        return self.matching[1] / self.matching[0]


def measured_of(folder: Path, clinicians: int, say: Callable[[str], None]) -> Large:
    """Makes the records where they are not there yet, then measures both processes."""
    folder.mkdir(parents=True, exist_ok=True)
    records, new = _records(folder, clinicians)
    say(f"core data: {records:,} records, whole")
    for name in ("whole", "more"):
        shutil.rmtree(folder / name, ignore_errors=True)
    whole = _run(folder, "whole")
    say(f"core data: {whole.wall_seconds:.0f} s; now with {new:,} new ones")
    more, matching = sorted((_again(folder) for _ in range(TIMES)), key=lambda one: one[0].wall_seconds)[TIMES // 2]
    return Large(records, new, whole, more, (folder / "more.txt").read_text(), (_seconds(folder, "whole"), matching))


def _again(folder: Path) -> tuple[Measured, float]:
    """What is new, matched: the process, and the seconds of the matching itself."""
    shutil.rmtree(folder / "more", ignore_errors=True)
    return _run(folder, "more"), _seconds(folder, "more")


def _seconds(folder: Path, name: str) -> float:
    return float((folder / f"{name}.seconds").read_text())


def _run(folder: Path, which: str) -> Measured:
    # Byte code is kept, as it is wherever Weft is installed.
    here = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": ""}
    return measured(Command([sys.executable, "-m", "bench.core.large", str(folder), which], folder, here))


def _records(folder: Path, clinicians: int) -> tuple[int, int]:
    """The registries as Parquet, with whether a record is new; how many there are, and how many are new."""
    import duckdb

    from weft.examples.pharma import generator

    public = folder / "public"
    with duckdb.connect(config={"threads": 2}) as connection:
        if not (folder / f"clinicians_{clinicians}.parquet").exists():
            public.mkdir(exist_ok=True)
            told = {"seed": 1, "clinicians": clinicians, "words": str(generator.HERE / "words"), "public": str(public)}
            for name, value in told.items():
                connection.execute(f"SET VARIABLE {name} = {value!r}")
            for step in ("chance", "words", "clinicians", "registries"):
                connection.execute((generator.HERE / "sql" / f"{step}.sql").read_text())
            for (name, sql), key in zip(registries(public, "", 0).sources.items(), ("NPI", '"row"'), strict=True):
                path = folder / f"{name}_{clinicians}.parquet"
                connection.execute(
                    f"COPY (SELECT *, {NEW.replace('said', key)} AS is_new FROM ({sql})) TO '{path}' (FORMAT parquet)"
                )
            shutil.rmtree(public)
        found = connection.execute(
            f"SELECT count(*), count(*) FILTER (is_new) FROM read_parquet('{folder}/*_{clinicians}.parquet', union_by_name = true)"
        ).fetchall()[0]
    (folder / "size.json").write_text(json.dumps(clinicians))
    return int(found[0]), int(found[1])


def _once(folder: Path, which: str) -> None:
    import duckdb

    clinicians = json.loads((folder / "size.json").read_text())
    core = registries(folder, "", 0).core(Thresholds())
    some = "" if which == "more" else " WHERE NOT is_new"
    sources = {
        name: f"FROM read_parquet('{folder}/{name}_{clinicians}.parquet'){some}" for name in ("nppes", "clinicians")
    }
    before = _published(folder / "whole") if which == "more" else None
    with duckdb.connect(config={"threads": 2}) as connection:
        asked = request(connection, core, sources, folder / "made", before)
        into = folder / which
        into.mkdir()
        spent: list[float] = []
        making.match, making.identify = timed(making.match, spent), timed(making.identify, spent)
        made = make(replace(asked, into=into, memory="6GB"))
    shutil.rmtree(folder / "made")
    (folder / f"{which}.txt").write_text(made.said)
    (folder / f"{which}.seconds").write_text(str(sum(spent)))


def timed(step: Callable[P, R], spent: list[float]) -> Callable[P, R]:
    """The same step, whose seconds are added to a list."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        began = time.perf_counter()
        try:
            return step(*args, **kwargs)
        finally:
            spent.append(time.perf_counter() - began)

    return run


def _published(folder: Path) -> CoreMade:
    files: dict[Role, Path] = {path.stem: path for path in folder.glob("*.parquet")}  # type: ignore[misc]
    return CoreMade(files, "")


def lines(found: Large) -> Iterator[str]:
    """The table of the documents."""
    yield "| what | whole process | processor time | peak memory | promised |"
    yield "|---|---|---|---|---|"
    yield (
        f"| {found.records - found.new:,} records of two registries, all six tables | {found.whole.wall_seconds:.0f} s | {found.whole.cpu_seconds:.0f} s "
        f"| {found.whole.peak_mebibytes:,.0f} MiB | {PROMISED_SECONDS:g} s, {PROMISED_MEBIBYTES / 1024:g} GiB"
        f"{_kept(found.whole.wall_seconds <= PROMISED_SECONDS and found.whole.peak_mebibytes <= PROMISED_MEBIBYTES)} |"
    )
    before, now = found.matching
    yield (
        f"| of it, the matching itself, and of {found.new:,} new ones | {before:.1f} s, {now:.1f} s: {100 * found.share_of_matching:.0f} % | | "
        f"| {100 * PROMISED_SHARE:.0f} %{_kept(found.share_of_matching <= PROMISED_SHARE)} |"
    )
    yield (
        f"| {found.new:,} new ones beside them, with all that reads and writes tables | {found.more.wall_seconds:.1f} s: {100 * found.share:.0f} % | {found.more.cpu_seconds:.1f} s "
        f"| {found.more.peak_mebibytes:,.0f} MiB | {100 * PROMISED_SHARE:.0f} %{_kept(found.share <= PROMISED_SHARE)} |"
    )


def _kept(is_kept: bool) -> str:
    return "" if is_kept else " (not kept)"


if __name__ == "__main__":
    _once(Path(sys.argv[1]), sys.argv[2])
