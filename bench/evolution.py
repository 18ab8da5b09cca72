"""Evolution: a new environment, a promotion, and a difference of data, each beside what it is compared with.

`python -m bench.evolution` measures them alone; `python -m bench.evolution weft|hand FOLDER` is one difference, in a process of its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from bench.mesh import Mesh
from bench.processes import Command, Measured, measured
from bench.report import table
from bench.rows import Promise, Row
from bench.sides.weft import PROD, Weft
from bench.small import small_mesh
from bench.works import Sitting

PRODUCTS, CHANGED, LINES = 1000, 100, 6_000_000
HERE = {"PYTHONPATH": str(Path(__file__).parent.parent)}
SIDES = {"raw DuckDB": "hand", "Weft": "weft"}
ORDERS = """\
SELECT i AS line_id, 'customer ' || (i % 97) AS customer, (((i{more}) % 1000) / 10)::DECIMAL(18,2) AS amount,
       DATE '2024-01-01' + (i % 365)::INTEGER AS ordered_on, i * 7 AS weight
FROM range({first}, {last}) AS r(i) ORDER BY i"""
TYPES = (
    ("line_id", "BIGINT"),
    ("customer", "VARCHAR"),
    ("amount", "DECIMAL(18,2)"),
    ("ordered_on", "DATE"),
    ("weight", "BIGINT"),
)
BY_HAND = """\
SELECT count(*) FILTER (a.line_id IS NULL), count(*) FILTER (b.line_id IS NULL),
       count(*) FILTER (both AND (a.customer IS DISTINCT FROM b.customer OR a.amount IS DISTINCT FROM b.amount
                        OR a.ordered_on IS DISTINCT FROM b.ordered_on OR a.weight IS DISTINCT FROM b.weight)),
       count(*) FILTER (both AND a.customer IS DISTINCT FROM b.customer), count(*) FILTER (both AND a.amount IS DISTINCT FROM b.amount),
       count(*) FILTER (both AND a.ordered_on IS DISTINCT FROM b.ordered_on), count(*) FILTER (both AND a.weight IS DISTINCT FROM b.weight)
FROM read_parquet('{folder}/before.parquet') AS a FULL OUTER JOIN read_parquet('{folder}/after.parquet') AS b USING (line_id)
""".replace("both", "a.line_id IS NOT NULL AND b.line_id IS NOT NULL")


def rows(sitting: Sitting, products: int = PRODUCTS, lines: int = LINES) -> Iterator[Row]:
    """What a new environment and a promotion take beyond starting up, and a difference of data in ratio to one by hand."""
    mesh = small_mesh(products)
    weft = Weft(sitting.folder / f"evolution_{products}", sitting.folder / mesh.name / "data")
    mesh.write_sources(weft.data)
    weft.write(mesh)
    measured(weft.first_build())
    yield _environments(sitting, weft, products)
    yield _promotions(sitting, weft, mesh)
    yield _impact(sitting, weft)
    yield _differences(sitting, lines)


def _environments(sitting: Sitting, weft: Weft, products: int) -> Row:
    """Applying where nothing changed, in an environment that is not there yet, against the same in prod."""
    beyond = []
    for run in range(sitting.runs):
        nothing = measured(weft.command("apply", *PROD))
        beyond.append(_beyond(measured(weft.command("apply", "--env", f"env_{run}")), nothing))
    return Row(
        f"a new environment of {products:,} products, beyond start-up", {"Weft": beyond}, Promise(0.3, "seconds")
    )


def _promotions(sitting: Sitting, weft: Weft, mesh: Mesh) -> Row:
    """Tables that nobody reads are changed and built in an environment, then promoted; listing environments is the start-up."""
    read = {name for each in mesh.tables for name in each.reads}
    leaves = [each for each in mesh.tables if each.name not in read and "{edition}" in each.template][:CHANGED]
    editions, beyond = count(1), []
    for _ in range(sitting.runs):
        edition = next(editions)
        for leaf in leaves:
            weft.edit(leaf, edition)
        measured(weft.command("apply", "--env", "promoted"))
        nothing = measured(weft.command("env"))
        beyond.append(_beyond(measured(weft.command("promote", "promoted")), nothing))
    return Row(f"promote of {len(leaves)} changed tables, beyond start-up", {"Weft": beyond}, Promise(0.5, "seconds"))


def _impact(sitting: Sitting, weft: Weft) -> Row:
    """A column of the first table, which much of the mesh comes from, goes by another name; the plan, which refuses that, is made anew each time."""
    root = weft.mesh.tables[0]
    folder = weft.folder / "domains" / root.domain / root.name
    texts = {
        path: path.read_text()
        for path in (folder / f"contracts/{root.name}.odcs.yaml", folder / f"transforms/{root.name}.sql")
    }
    contract, sql = texts
    contract.write_text(texts[contract].replace("name: amount\n", "name: price\n"))
    sql.write_text(texts[sql].replace(" amount,", " amount AS price,"))
    planning = replace(weft.command("plan", *PROD), statuses=(0, 1))
    found = [measured(planning) for _ in range(sitting.runs)]
    said = (weft.folder / "said.log").read_text()
    for path, text in texts.items():
        path.write_text(text)
    if "consumers break" not in said:
        raise ValueError(f"the plan named nobody who breaks:\n{said[-2000:]}")
    what = f"plan with impact, one renamed root column, {len(weft.mesh.tables):,} products"
    return Row(what, {"Weft": found}, Promise(2.5, "seconds"))


def _beyond(whole: Measured, nothing: Measured) -> Measured:
    return replace(whole, wall_seconds=whole.wall_seconds - nothing.wall_seconds)


def _differences(sitting: Sitting, lines: int) -> Row:
    folder = sitting.folder / f"difference_{lines}"
    prepare(folder, lines)
    found: dict[str, list[Measured]] = {name: [] for name in SIDES}
    counts: set[tuple[int, ...]] = set()
    for _ in range(sitting.runs):
        for name, which in SIDES.items():
            command = Command([sys.executable, "-m", "bench.evolution", which, "."], folder, HERE)
            whole = measured(command)
            said = json.loads((folder / "said.log").read_text().splitlines()[-1])
            found[name].append(replace(whole, wall_seconds=said["seconds"]))
            counts.add(tuple(said["counts"]))
    if len(counts) != 1:
        raise ValueError(f"the sides found different differences: {counts}")
    return Row(f"difference of two tables of {lines:,} rows", found, Promise(2, "floor"))


def prepare(folder: Path, lines: int) -> None:
    """Two tables of which a thousandth of the rows is only in one, and a hundredth of the others differs in one column."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    step = lines // 1000
    sides = {"before": ("", 0, lines), "after": (" + (i % 100 = 5)::INTEGER", step, lines + step)}
    with duckdb.connect() as connection:
        for name, (more, first, last) in sides.items():
            path = folder / f"{name}.parquet"
            if not path.exists():
                sql = ORDERS.format(more=more, first=first, last=last)
                connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def by_weft(folder: Path) -> list[int]:
    """What `weft diff` does once it knows the two snapshots, examples and all."""
    from datetime import UTC, datetime

    from weft.engine.comparing import AFTER, BEFORE, compared
    from weft.engine.reading import Files, Reading
    from weft.names import LineName
    from weft.query.difference import Difference, Side, told_by_key
    from weft.settings import EngineSettings

    sides = {name: Files([folder / f"{file}.parquet"], TYPES) for name, file in ((BEFORE, "before"), (AFTER, "after"))}
    stands = [Side(name, LineName("sales.lines.lines@1")) for name in ("prod", "dev")]
    with Reading(sides, EngineSettings(), datetime.now(UTC)) as reading:
        of = compared(TYPES, TYPES, ("line_id",), 3)
        found = told_by_key(reading, of, Difference(*stands, key=("line_id",)))
    changes = {column.column: column.rows for column in found.columns}
    return [found.added, found.removed, found.changed, *(changes.get(name, 0) for name, _ in TYPES[1:])]


def by_hand(folder: Path) -> list[int]:
    import duckdb

    with duckdb.connect() as connection:
        return list(connection.execute(BY_HAND.format(folder=folder)).fetchall()[0])


def one(which: str, folder: Path) -> None:
    import duckdb  # noqa: F401
    import pyarrow as pa  # noqa: F401

    began = time.perf_counter()
    counts = {"weft": by_weft, "hand": by_hand}[which](folder)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "counts": counts}))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], Path(sys.argv[2]).resolve())
    else:
        here = Sitting(Path(__file__).parent / ".work", 5, 0, lambda text: print(text, flush=True))
        print(table(list(rows(here))))
