"""Twenty checks of six million rows, in a process of its own: `python -m bench.twenty weft|hand FOLDER`.

Weft is given what a run gives it: the contract's checks, the files and the writer's statistics. By hand means the best
queries that we know for the same answers: one scan for all that looks at single rows, and one query for each of the others
(measured on these rows: the unique key in the same scan takes longer, and more memory).
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.heavy import heavy_mesh
from weft.product.checks import Suite, checks_of
from weft.product.contract import Column, Limits, QualityRule, Relationship, Table, Threshold

MODES = ("air", "rail", "road", "ship", "mail")
COLUMNS = {
    "line_id": "BIGINT",
    "order_id": "BIGINT",
    "part_id": "BIGINT",
    "quantity": "BIGINT",
    "price": "DECIMAL(18,2)",
    "discount": "DECIMAL(4,2)",
    "shipped_on": "DATE",
    "days_late": "BIGINT",
    "mode": "VARCHAR",
}
SQL = """\
SELECT {line_id} AS line_id, order_id, part_id, quantity, price, discount, shipped_on, days_late, mode
FROM read_parquet('{lines}')"""
SHUFFLED = "(line_id * 1000003) % {rows}"
"""A prime, so that every id comes once, in no order: a key that is sorted could be proved without a table of all its values."""
RULE = "SELECT count(*) FROM lines WHERE days_late > 5 AND discount = 0.05 AND quantity < 0"
BY_HAND = (
    f"""\
SELECT count(*), count(*) - count(line_id), count(*) - count(order_id), count(*) - count(part_id),
       count(*) - count(quantity), count(*) - count(price), count(*) - count(shipped_on), count(*) - count(mode),
       count(*) - count(days_late),
       count(*) FILTER (quantity < 1), count(*) FILTER (quantity > 50), count(*) FILTER (price < 1),
       count(*) FILTER (discount < 0), count(*) FILTER (discount > 0.1),
       count(*) FILTER (mode NOT IN {MODES}), count(*) FILTER (NOT regexp_matches(mode, '^[a-z]+$')),
       count(*) FILTER (length(mode) > 4)
FROM lines""",
    "SELECT count(line_id) - count(DISTINCT line_id) FROM lines",
    "SELECT count(*) FROM lines ANTI JOIN parts USING (part_id) WHERE part_id IS NOT NULL",
    RULE,
)


def prepare(folder: Path, data: Path, lines: int) -> None:
    """Writes the table as a run would, with the writer's statistics beside it, and the table that it refers to."""
    from weft.engine import open_engine
    from weft.engine.seam import Build
    from weft.names import LineName
    from weft.settings import EngineSettings

    mesh = heavy_mesh(lines)
    mesh.write_sources(data)
    folder.mkdir(parents=True, exist_ok=True)
    source = mesh.sources["lines_file"].path(data).resolve()
    sql = SQL.format(line_id=SHUFFLED.format(rows=lines), lines=source)
    engine = open_engine(EngineSettings(), [data.resolve(), folder.resolve()])
    bench = engine.bench(datetime.now(UTC))
    (folder / "lines.parquet").unlink(missing_ok=True)
    built = bench.build(Build(LineName("sales.lines.lines@1"), sql, tuple(COLUMNS.items()), folder / "lines.parquet"))
    bench.close()
    engine.close()
    (folder / "built.pickle").write_bytes(pickle.dumps(built))
    (folder / "parts.path").write_text(str(mesh.sources["parts_file"].path(data).resolve()))


def by_weft(folder: Path) -> Callable[[], list[int]]:
    """The checks of a contract, ready to be proved."""
    import duckdb  # noqa: F401

    from weft.engine import open_engine
    from weft.names import LineName
    from weft.settings import EngineSettings

    table = promise()
    suite = Suite(LineName("sales.lines.lines@1"), table, checks_of(table))
    built = pickle.loads((folder / "built.pickle").read_bytes())
    parts = Path((folder / "parts.path").read_text())
    engine = open_engine(EngineSettings(), [folder.resolve(), parts.parent])

    def proved() -> list[int]:
        bench = engine.bench(datetime.now(UTC))
        results = bench.check(suite, [folder.resolve() / "lines.parquet"], built, {"parts": [parts]})
        if wrong := [result for result in results if result.outcome != "passed"]:
            raise SystemExit(f"not passed: {wrong}")
        return [len(results)]

    return proved


def promise() -> Table:
    none = Threshold("mustBe", (0,))
    promises: dict[str, dict[str, Any]] = {
        "line_id": {"key_position": 1},
        "order_id": {"required": True},
        "part_id": {"required": True},
        "quantity": {"required": True, "limits": Limits(minimum=1, maximum=50)},
        "price": {"required": True, "limits": Limits(minimum=1)},
        "discount": {"limits": Limits(minimum=0, maximum=0.1)},
        "shipped_on": {"required": True},
        "mode": {"required": True, "limits": Limits(enum=MODES, pattern="^[a-z]+$", max_length=4)},
    }
    return Table(
        "lines",
        tuple(Column(name, its_type, **promises.get(name, {})) for name, its_type in COLUMNS.items()),
        rules=(
            QualityRule("library", "nullValues(days_late)", "days_late", "nullValues", threshold=none),
            QualityRule("library", "rowCount", metric="rowCount", threshold=Threshold("mustBeGreaterThan", (0,))),
            QualityRule("sql", "impossible", query=RULE, threshold=none),
        ),
        relationships=(Relationship(("part_id",), "parts", ("part_id",)),),
    )


def by_hand(folder: Path) -> Callable[[], list[int]]:
    """The same answers from queries, on a connection of their own."""
    import duckdb

    connection = duckdb.connect()
    parts = (folder / "parts.path").read_text()
    connection.execute(f"CREATE VIEW lines AS FROM read_parquet('{folder / 'lines.parquet'}')")
    connection.execute(f"CREATE VIEW parts AS FROM read_parquet('{parts}')")

    def proved() -> list[int]:
        (rows, *broken), *others = (connection.execute(query).fetchall()[0] for query in BY_HAND)
        if not rows or any(broken) or any(any(other) for other in others):
            raise SystemExit(f"not passed: {broken} {others}")
        return [1 + len(broken) + len(others)]

    return proved


def main(which: str, folder: Path) -> None:
    proved = {"weft": by_weft, "hand": by_hand}[which](folder)
    began = time.perf_counter()
    (checks,) = proved()
    seconds = time.perf_counter() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": seconds, "peak": usage.ru_maxrss / 1024, "checks": checks}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
