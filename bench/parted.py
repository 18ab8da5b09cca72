"""One corrected week of 104: what an apply takes that replaces its parts, beside one that makes everything, over a chain of four tables.

The files are those of the launch that `weft.examples.pharma` makes: about five million rows of prescriptions at scale 1.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Command, Measured, measured, median
from bench.sides.weft import WEFT

SCALE = 1.0
PROMISED_SHARE = 0.1
COLUMNS = {
    "prescriber_npi": "integer",
    "ndc": "string",
    "week_ending": "date",
    "trx": "integer",
    "units": "integer",
    "version": "integer",
}
TABLES = {
    "deliveries": ("prescriber_npi, ndc, week_ending, trx, units, version", "files", "append", COLUMNS),
    "prescriptions": (
        "prescriber_npi, ndc, week_ending, arg_max(trx, version) AS trx, arg_max(units, version) AS units",
        "deliveries",
        "{replace: [week_ending]}",
        {name: COLUMNS[name] for name in ("prescriber_npi", "ndc", "week_ending", "trx", "units")},
    ),
    "prescribers": (
        "prescriber_npi, week_ending, sum(trx)::BIGINT AS trx, count(*) AS brands",
        "prescriptions",
        "{replace: [week_ending]}",
        {"prescriber_npi": "integer", "week_ending": "date", "trx": "integer", "brands": "integer"},
    ),
    "weeks": (
        "week_ending, sum(trx)::BIGINT AS trx, count(*) AS writers",
        "prescribers",
        "{replace: [week_ending]}",
        {"week_ending": "date", "trx": "integer", "writers": "integer"},
    ),
}
GROUPS = {
    "prescriptions": "prescriber_npi, ndc, week_ending",
    "prescribers": "prescriber_npi, week_ending",
    "weeks": "week_ending",
}


@dataclass(frozen=True)
class Found:
    full: Measured
    week: Measured
    rows: int

    @property
    def share(self) -> float:
        return self.week.wall_seconds / self.full.wall_seconds


def measured_of(folder: Path, runs: int) -> Found:
    """Medians of whole processes: a first build, and an apply after one week came again."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    if not data.exists():
        from weft.examples.pharma import Amount, generate

        generate(data, Amount(scale=SCALE))
    full, week = zip(*(_once(folder / "mesh", data) for _ in range(min(runs, 3))), strict=True)
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in (data / "syndicated" / "rx").glob("*.csv"))
    return Found(median(full), median(week), rows)


def _once(mesh: Path, data: Path) -> tuple[Measured, Measured]:
    shutil.rmtree(mesh, ignore_errors=True)
    came = mesh / "rx"
    came.mkdir(parents=True)
    files = sorted((data / "syndicated" / "rx").glob("*.csv"))
    again = [file for file in files if file.stem.endswith("_r1")]
    for file in (file for file in files if file != again[-1]):
        os.link(file, came / file.name)
    _write(mesh)
    apply = Command([WEFT, "apply", "--mesh", str(mesh), "--json"], mesh)
    full = measured(apply)
    os.link(again[-1], came / again[-1].name)
    return full, measured(apply)


def _write(mesh: Path) -> None:
    (mesh / "mesh.yaml").write_text("name: parts\n")
    (mesh / "domains" / "sales").mkdir(parents=True)
    (mesh / "domains" / "sales" / "domain.yaml").write_text("name: sales\ndescription: What was prescribed.\n")
    for name, (columns, reads, parting, promised) in TABLES.items():
        folder = mesh / "domains" / "sales" / name
        for part in ("contracts", "transforms"):
            (folder / part).mkdir(parents=True)
        is_first = name == "deliveries"
        source = "sales.deliveries.files" if is_first else f"sales.{reads}"
        (folder / "product.odps.yaml").write_text(
            f"apiVersion: v1.1.0\nkind: DataProduct\nid: sales.{name}\ndomain: sales\nversion: 1.0.0\nstatus: active\n"
            f"inputPorts:\n  - {{name: {reads}, version: 1.0.0, contractId: {source}}}\n"
            f"outputPorts:\n  - {{name: {name}, version: 1.0.0, contractId: sales.{name}}}\n"
        )
        (folder / "contracts" / f"{name}.odcs.yaml").write_text(_contract(f"sales.{name}", name, promised))
        if is_first:
            server = "servers:\n  - {server: files, type: local, path: '../../../../rx/*.csv', format: csv}\n"
            (folder / "contracts" / "files.odcs.yaml").write_text(_contract(source, "files", COLUMNS, server))
        group = f" GROUP BY {GROUPS[name]}" if name in GROUPS else ""
        (folder / "transforms" / f"{name}.sql").write_text(f"SELECT {columns} FROM {reads}{group}\n")
        (folder / "build.yaml").write_text(f"materialization:\n  {name}: {parting}\n")


def _contract(id: str, table: str, columns: dict[str, str], server: str = "") -> str:
    properties = "".join(f"      - {{name: {name}, logicalType: {kind}}}\n" for name, kind in columns.items())
    head = f"apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: 1.0.0\nstatus: active\n{server}"
    return f"{head}schema:\n  - name: {table}\n    properties:\n{properties}"


def lines(found: Found) -> Iterator[str]:
    """The table of the documents."""
    yield "| what | whole process | peak memory | promised |"
    yield "|---|---|---|---|"
    yield f"| first build, four tables of {found.rows:,} rows | {found.full.wall_seconds:.2f} s | {found.full.peak_mebibytes:,.0f} MiB | |"
    yield (
        f"| one week of 104 again | {found.week.wall_seconds:.2f} s: {100 * found.share:.0f} % | {found.week.peak_mebibytes:,.0f} MiB"
        f" | {100 * PROMISED_SHARE:.0f} % |"
    )
