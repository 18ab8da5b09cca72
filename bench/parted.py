"""One corrected week of 104: what an apply takes that replaces its parts, beside one that makes everything, over a chain of four tables
and one beside it, with the keys, foreign keys, bounds and rules that such tables promise.

The files are those of the launch that `weft.examples.pharma` makes: about five million rows of prescriptions at scale 1. The whole
example is measured beside: all its domains in a first build, and in a week what that week concerns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Command, Measured, measured
from bench.sides.weft import WEFT

MAKING = """
import sys
from pathlib import Path
from weft.examples.pharma import Amount
from weft.session.demo import make_demo

make_demo(Path(sys.argv[1]), "pharma", Amount(scale=1.0))
"""
PROMISED_SHARE = 0.1
KEY, REQUIRED = "primaryKey: true", "required: true"
NPI = "relationships: [{to: clinicians.npi}]"
NDC = "relationships: [{to: brands.ndc}]"
COUNT = "required: true, logicalTypeOptions: {minimum: 0}"
WHOLE = "{replace: [week_ending]}"


@dataclass(frozen=True)
class Table:
    """A product of one table, as a team promises it: keys, foreign keys, bounds and rules. `columns` are name: (type, what more is promised)."""

    name: str
    sql: str
    columns: dict[str, tuple[str, str]]
    reads: tuple[str, ...] = ()
    parting: str = WHOLE
    file: str = ""
    """Where it is no other product's: the files of the launch that it is made of."""
    rule: str = ""


PRESCRIBED = {
    "prescriber_npi": ("integer", REQUIRED),
    "ndc": ("string", REQUIRED),
    "week_ending": ("date", REQUIRED),
    "trx": ("integer", COUNT),
    "units": ("integer", COUNT),
    "version": ("integer", COUNT),
}
TABLES = (
    Table(
        "brands",
        "SELECT ndc, brand FROM files",
        {"ndc": ("string", KEY), "brand": ("string", REQUIRED)},
        (),
        "full",
        "company/products.csv",
    ),
    Table(
        "clinicians",
        "SELECT npi, last FROM files",
        {"npi": ("integer", KEY), "last": ("string", REQUIRED)},
        (),
        "full",
        "truth/clinicians.csv",
    ),
    Table("deliveries", f"SELECT {', '.join(PRESCRIBED)} FROM files", PRESCRIBED, (), "append", "rx/*.csv"),
    Table(
        "prescriptions",
        "SELECT prescriber_npi, ndc, week_ending, arg_max(trx, version) AS trx, arg_max(units, version) AS units FROM deliveries GROUP BY ALL",
        {
            "prescriber_npi": ("integer", f"{KEY}, primaryKeyPosition: 1, {NPI}"),
            "ndc": ("string", f"{KEY}, primaryKeyPosition: 2, {NDC}"),
            "week_ending": ("date", f"{KEY}, primaryKeyPosition: 3"),
            "trx": ("integer", COUNT),
            "units": ("integer", COUNT),
        },
        ("deliveries", "clinicians", "brands"),
        rule="SELECT count(*) FROM {object} WHERE units < trx",
    ),
    Table(
        "prescribers",
        "SELECT prescriber_npi, week_ending, sum(trx)::BIGINT AS trx, count(*) AS brands FROM prescriptions GROUP BY ALL",
        {
            "prescriber_npi": ("integer", f"{KEY}, primaryKeyPosition: 1, {NPI}"),
            "week_ending": ("date", f"{KEY}, primaryKeyPosition: 2"),
            "trx": ("integer", COUNT),
            "brands": ("integer", COUNT),
        },
        ("prescriptions", "clinicians"),
    ),
    Table(
        "market",
        "SELECT ndc, week_ending, sum(trx)::BIGINT AS trx, sum(trx) / sum(sum(trx)) OVER (PARTITION BY week_ending) AS share"
        " FROM prescriptions GROUP BY ndc, week_ending",
        {
            "ndc": ("string", f"{KEY}, primaryKeyPosition: 1, {NDC}"),
            "week_ending": ("date", f"{KEY}, primaryKeyPosition: 2"),
            "trx": ("integer", COUNT),
            "share": ("number", "required: true, logicalTypeOptions: {minimum: 0, maximum: 1}"),
        },
        ("prescriptions", "brands"),
    ),
    Table(
        "weeks",
        "SELECT week_ending, sum(trx)::BIGINT AS trx, count(*) AS writers FROM prescribers GROUP BY week_ending",
        {"week_ending": ("date", KEY), "trx": ("integer", COUNT), "writers": ("integer", COUNT)},
        ("prescribers",),
    ),
)


@dataclass(frozen=True)
class Found:
    """Of one mesh, pair by pair: a first build, and an apply after one week came again."""

    name: str
    full: list[Measured]
    week: list[Measured]

    @property
    def shares(self) -> list[float]:
        return [week.wall_seconds / full.wall_seconds for full, week in zip(self.full, self.week, strict=True)]


def measured_of(folder: Path, runs: int) -> list[Found]:
    """Whole processes: of the chain alone, and of the whole pharmaceutical example."""
    folder.mkdir(parents=True, exist_ok=True)
    mesh, demo = folder / "mesh", folder / "demo"
    if not demo.exists():
        # In a process of its own: the kernel counts what a parent holds to its children's peak.
        subprocess.run([sys.executable, "-c", MAKING, str(demo)], check=True)
    data = demo / "data"
    sides: dict[str, Callable[[], tuple[Path, Path]]] = {
        "five tables of prescriptions": lambda: _chain(mesh, data),
        "the whole example, `weft demo pharma --scale 1`": lambda: _example(mesh, demo),
    }
    return [_measured(name, mesh, prepare, max(3, min(runs, 9))) for name, prepare in sides.items()]


def _measured(name: str, mesh: Path, prepare: Callable[[], tuple[Path, Path]], runs: int) -> Found:
    found = Found(name, [], [])
    for _ in range(runs):
        shutil.rmtree(mesh, ignore_errors=True)
        kept, came = prepare()
        apply = Command([WEFT, "apply", "--mesh", str(mesh), "--json"], mesh)
        found.full.append(measured(apply))
        shutil.copyfile(kept, came)
        found.week.append(measured(apply))
    return found


def _chain(mesh: Path, data: Path) -> tuple[Path, Path]:
    """The files of all weeks but the last correction: where that lies, and where it comes."""
    came = mesh / "rx"
    came.mkdir(parents=True)
    files = sorted((data / "syndicated" / "rx").glob("*.csv"))
    again = [file for file in files if file.stem.endswith("_r1")][-1]
    for file in (file for file in files if file != again):
        os.link(file, came / file.name)
    _write(mesh, data)
    return again, came / again.name


def _example(mesh: Path, demo: Path) -> tuple[Path, Path]:
    shutil.copytree(demo, mesh, copy_function=os.link, ignore=shutil.ignore_patterns(".weft", "*.log"))
    weeks = mesh / "data" / "syndicated" / "rx"
    again = sorted(weeks.glob("*_r1.csv"))[-1]
    again.unlink()
    return demo / again.relative_to(mesh), again


def _write(mesh: Path, data: Path) -> None:
    (mesh / "mesh.yaml").write_text("name: parts\n")
    domain = mesh / "domains" / "sales"
    domain.mkdir(parents=True)
    (domain / "domain.yaml").write_text("name: sales\ndescription: What was prescribed.\n")
    for table in TABLES:
        folder = domain / table.name
        for part in ("contracts", "transforms"):
            (folder / part).mkdir(parents=True)
        (folder / "product.odps.yaml").write_text(_manifest(table))
        (folder / "contracts" / f"{table.name}.odcs.yaml").write_text(_contract(table.name, table.columns, table.rule))
        if table.file:
            path = mesh / table.file if "*" in table.file else data / table.file
            columns = {name: (kind, "") for name, (kind, _) in table.columns.items()}
            server = f"servers:\n  - {{server: files, type: local, path: '{path}', format: csv}}\n"
            source = _contract("files", columns, "", f"sales.{table.name}.files", server)
            (folder / "contracts" / "files.odcs.yaml").write_text(source)
        (folder / "transforms" / f"{table.name}.sql").write_text(f"{table.sql}\n")
        (folder / "build.yaml").write_text(f"materialization:\n  {table.name}: {table.parting}\n")


def _manifest(table: Table) -> str:
    reads = [(name, f"sales.{name}") for name in table.reads] or [("files", f"sales.{table.name}.files")]
    inputs = "".join(f"  - {{name: {name}, version: 1.0.0, contractId: {contract}}}\n" for name, contract in reads)
    return (
        f"apiVersion: v1.1.0\nkind: DataProduct\nid: sales.{table.name}\ndomain: sales\nversion: 1.0.0\nstatus: active\n"
        f"inputPorts:\n{inputs}"
        f"outputPorts:\n  - {{name: {table.name}, version: 1.0.0, contractId: sales.{table.name}}}\n"
    )


def _contract(name: str, columns: dict[str, tuple[str, str]], rule: str, id: str = "", server: str = "") -> str:
    said = (f"      - {{name: {column}, logicalType: {kind}, {more}}}\n" for column, (kind, more) in columns.items())
    head = (
        f"apiVersion: v3.2.0\nkind: DataContract\nid: {id or f'sales.{name}'}\nversion: 1.0.0\nstatus: active\n{server}"
    )
    quality = f"    quality:\n      - {{name: rule, type: sql, query: '{rule}', mustBe: 0}}\n" if rule else ""
    return f"{head}schema:\n  - name: {name}\n    properties:\n{''.join(said)}{quality}"


def lines(found: Sequence[Found]) -> Iterator[str]:
    """The table of the documents: medians, with the lower and the upper quartile."""
    yield "| mesh | first build | one week of 104 again | share, pair by pair | promised |"
    yield "|---|---|---|---|---|"
    for one in found:
        full, week = ([run.wall_seconds for run in runs] for runs in (one.full, one.week))
        memory = max(run.peak_mebibytes for run in one.full), max(run.peak_mebibytes for run in one.week)
        yield (
            f"| {one.name} | {_quartiles(full)} s, {memory[0]:,.0f} MiB | {_quartiles(week)} s, {memory[1]:,.0f} MiB"
            f" | {_quartiles([100 * share for share in one.shares], 1)} % | {100 * PROMISED_SHARE:.0f} % |"
        )


def _quartiles(values: Sequence[float], digits: int = 2) -> str:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
