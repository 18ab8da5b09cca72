"""Profiles as whole processes: four real tables as CSV and as published tables, six million generated rows by sixteen columns, and a kept one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Command, Measured, measured, median
from bench.sides.weft import WEFT

CMS = Path(__file__).parent.parent.parent / "shared" / "data" / "cms"
TABLES = ("open_payments_general_ia", "nppes_individuals", "cms_clinicians", "partd_plans")
"""145,541 rows together."""
PROMISED_SECONDS, PROMISED_LARGE_SECONDS, PROMISED_MEBIBYTES = 2.0, 25.0, 1536.0
ROWS = 6_000_000
SQL = """
    SELECT i AS id, (i * 7919) % 6000000 AS other_id, hash(i) % 1000 AS code, (hash(i + 1) % 100000) / 100.0 AS amount,
        ((hash(i + 2) % 1000000) / 1e6) * 180 - 90 AS latitude, CASE WHEN hash(i) % 10 = 0 THEN NULL ELSE (hash(i + 3) % 50)::INTEGER END AS small,
        DATE '2015-01-01' + (hash(i + 4) % 3000)::INTEGER AS day, TIMESTAMP '2015-01-01' + INTERVAL (i) SECOND AS at,
        'user' || (hash(i + 5) % 3000000) || '@example.com' AS email, ['IA', 'NY', 'CA', 'TX', 'WA'][1 + (hash(i + 6) % 5)::INTEGER] AS state,
        lpad((hash(i + 7) % 99999)::VARCHAR, 5, '0') AS zip, 'Name ' || (hash(i + 8) % 40000) AS name,
        '(' || (200 + hash(i + 9) % 700) || ') 555-' || lpad((hash(i + 10) % 10000)::VARCHAR, 4, '0') AS phone, md5(i::VARCHAR) AS digest,
        hash(i) % 2 = 0 AS flag, repeat('lorem ipsum ', 1 + (hash(i + 11) % 6)::INTEGER) AS note
    FROM range({rows}) t(i)
"""


@dataclass(frozen=True)
class Found:
    what: str
    taken: Measured
    seconds: float = 0.0
    mebibytes: float = 0.0
    """What is promised; 0 where nothing is."""


def measure(folder: Path, runs: int, say: Callable[[str], None]) -> Iterator[Found]:
    """Real data lies beside the project, and is left out, saying so, where it does not."""
    folder.mkdir(parents=True, exist_ok=True)
    if CMS.is_dir():
        yield from _real(folder, runs)
    else:
        say(f"profiling: the four real tables are LEFT OUT, for {CMS} is not there")
    path = folder / "six.parquet"
    _write(path)
    large = _asked(folder, [str(path)], 1)
    yield Found(f"{ROWS:,} rows by 16 columns, Parquet", large, PROMISED_LARGE_SECONDS, PROMISED_MEBIBYTES)


def _real(folder: Path, runs: int) -> Iterator[Found]:
    files = [str(CMS / f"{name}.csv") for name in TABLES]
    yield Found("four real tables, 145,541 rows, CSV files", _asked(folder, files, runs), PROMISED_SECONDS)
    mesh = folder / "mesh"
    shutil.rmtree(mesh, ignore_errors=True)
    _build(mesh, folder)
    inside = ["--mesh", str(mesh), "cms"]
    yield Found("the same, published", _asked(folder, [*inside, "--anew"], runs), PROMISED_SECONDS)
    yield Found("the same, kept", _asked(folder, inside, runs))


def _build(mesh: Path, folder: Path) -> None:
    """Each file is published as it is."""

    def weft(*arguments: str) -> None:
        measured(Command([WEFT, *arguments, "--mesh", str(mesh)], folder))

    measured(Command([WEFT, "init", str(mesh), "--name", "profiles"], folder))
    weft("new", "domain", "cms")
    for name in TABLES:
        weft("new", "product", f"cms.{name}", "--from", str(CMS / f"{name}.csv"))
        transform = mesh / "domains" / "cms" / name / "transforms" / f"{name}.sql"
        transform.parent.mkdir(exist_ok=True)
        transform.write_text(f"FROM {name}_file\n")
        weft("new", "contract", f"cms.{name}.{name}")
    weft("apply")


def _asked(folder: Path, arguments: list[str], runs: int) -> Measured:
    return median(measured(Command([WEFT, "profile", *arguments, "--json"], folder)) for _ in range(runs))


def _write(path: Path) -> None:
    """Once: the rows are the same each time."""
    if path.exists():
        return
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"COPY ({SQL.format(rows=ROWS)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def lines(found: list[Found]) -> Iterator[str]:
    """The table of the documents."""
    yield "| what | whole process | peak memory | promised |"
    yield "|---|---|---|---|"
    for one in found:
        promised = f"{one.seconds:g} s" if one.seconds else ""
        promised += f", {one.mebibytes / 1024:g} GiB" if one.mebibytes else ""
        yield f"| {one.what} | {one.taken.wall_seconds:.2f} s | {one.taken.peak_mebibytes:,.0f} MiB | {promised} |"
