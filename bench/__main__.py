"""`python -m bench`: generate, measure in turns, compare, print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import checks, works
from bench.heavy import LINES
from bench.processes import CommandFailed
from bench.report import machine, rewritten, table, write_json
from bench.rows import Row

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
PARTS = ("small", "heavy", "checks")
SIZES = (100, 1000)
FEW_PEER_RUNS_FROM = 1000
"""Products, from which a peer's run takes minutes."""


def main(arguments: list[str] | None = None) -> int:
    asked = _options().parse_args(arguments)
    rows: list[Row] = []
    print(machine())
    try:
        for row in _measured(asked):
            rows.append(row)
            print(table([row]).splitlines()[-1], flush=True)
    except (CommandFailed, works.NotEqual) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    write_json(HERE / ".work" / "results.json", rows)
    print(f"\n{table(rows)}")
    if asked.write:
        README.write_text(rewritten(README.read_text(), rows))
    return 0


def _measured(asked: argparse.Namespace) -> Iterator[Row]:
    wanted = asked.only or PARTS
    for size in asked.size or SIZES:
        if "small" in wanted:
            peers = 0 if asked.no_peers else 1 if size >= FEW_PEER_RUNS_FROM else min(asked.runs, 3)
            yield from works.small(_sitting(asked, peers), size)
    if "heavy" in wanted:
        yield from works.heavy(_sitting(asked, 0 if asked.no_peers else 1), asked.lines)
    if "checks" in wanted:
        yield from checks.rows(_sitting(asked, 0), asked.lines)


def _sitting(asked: argparse.Namespace, peer_runs: int) -> works.Sitting:
    return works.Sitting(HERE / ".work", asked.runs, peer_runs, lambda text: print(text, flush=True))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--only", action="append", choices=PARTS, help="one part, may be given more than once")
    options.add_argument("--size", action="append", type=int, help=f"products of a small mesh, instead of {SIZES}")
    options.add_argument("--lines", type=int, default=LINES, help="order lines of the heavy mesh")
    options.add_argument("--runs", type=int, default=5, help="runs of Weft and of the floor; peers have fewer")
    options.add_argument("--no-peers", action="store_true", help="without dbt and SQLMesh")
    options.add_argument("--write", action="store_true", help="also rewrite the README's table")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
