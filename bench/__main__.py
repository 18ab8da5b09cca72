"""`python -m bench`: generate, measure in turns, compare, print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import checks, contracts, evolution, parted, portal, profiling, serving, serving_catalogue, works
from bench.core import large, telling
from bench.heavy import LINES
from bench.planted import proof
from bench.processes import CommandFailed
from bench.report import (
    BENCH,
    CATALOGUE,
    CONTRACTS,
    CORE,
    PARTED,
    PLANTED,
    PORTAL,
    PROFILE,
    SERVING,
    machine,
    rewritten,
    sat,
    table,
    write_json,
)
from bench.rows import Row
from bench.sides.peer import NotToBeHad

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
DOCUMENT = HERE.parent / "docs" / "benchmarks.md"
PARTS = (
    "small",
    "heavy",
    "checks",
    "evolution",
    "contracts",
    "serving",
    "catalogue",
    "portal",
    "planted",
    "profile",
    "parts",
    "core",
)
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
        served = _served(asked)
        judged = _judged(asked)
    except (CommandFailed, works.NotEqual, contracts.NotExplained) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    if rows:
        write_json(HERE / ".work" / "results.json", rows)
        print(f"\n{table(rows)}")
    print(served)
    print(judged)
    found = _catalogue(asked)
    print(found)
    seen = _portal(asked)
    print(seen)
    planted = _planted(asked)
    print(planted)
    profiled = _profiled(asked)
    print(profiled)
    replaced = _parted(asked)
    print(replaced)
    matched = _core(asked)
    print(matched)
    if asked.write:
        told = {SERVING: served, CATALOGUE: found, CONTRACTS: judged, PORTAL: seen, PLANTED: planted, PROFILE: profiled}
        _write(rows, told | {PARTED: replaced, CORE: matched})
    return 0


def _write(rows: list[Row], told: dict[str, str]) -> None:
    if rows:
        README.write_text(rewritten(README.read_text(), BENCH, sat(rows)))
    for mark, text in told.items():
        if text:
            DOCUMENT.write_text(rewritten(DOCUMENT.read_text(), mark, text))


def _served(asked: argparse.Namespace) -> str:
    """The table of a server under load; empty where it is not asked for."""
    if "serving" not in (asked.only or PARTS):
        return ""
    size = serving.Size(rows=asked.lines, readers=asked.readers, seconds=asked.seconds, think_seconds=asked.think)
    found = serving.measured(HERE / ".work" / "serving", size, lambda text: print(text, flush=True))
    return "\n".join((f"{machine()}.\n", *serving.lines(found))) + "\n"


def _catalogue(asked: argparse.Namespace) -> str:
    """The table of questions to a catalogue of 5,000 tables; empty where it is not asked for."""
    if "catalogue" not in (asked.only or PARTS):
        return ""
    found = serving_catalogue.measured(
        serving_catalogue.FOLDER, serving_catalogue.RUNS, lambda text: print(text, flush=True)
    )
    return "\n".join((f"{machine()}.\n", *serving_catalogue.lines(found))) + "\n"


def _profiled(asked: argparse.Namespace) -> str:
    """What profiles take; empty where it is not asked for."""
    if "profile" not in (asked.only or PARTS):
        return ""
    found = []
    for one in profiling.measure(HERE / ".work" / "profile", asked.runs, lambda text: print(text, flush=True)):
        found.append(one)
        print(list(profiling.lines([one]))[-1], flush=True)
    return "\n".join((f"{machine()}.\n", *profiling.lines(found))) + "\n"


def _parted(asked: argparse.Namespace) -> str:
    """What one corrected week of a hundred and four costs; empty where it is not asked for."""
    if "parts" not in (asked.only or PARTS):
        return ""
    found = parted.measured_of(HERE / ".work" / "parts", asked.runs)
    return "\n".join((f"{machine()}.\n", *parted.lines(found))) + "\n"


def _core(asked: argparse.Namespace) -> str:
    """How well records are matched, and how fast; empty where it is not asked for."""
    if "core" not in (asked.only or PARTS):
        return ""
    found = telling.told(HERE / ".work" / "core", asked.clinicians, lambda text: print(text, flush=True))
    return "\n".join((f"{machine()}.\n", found)) + "\n"


def _planted(asked: argparse.Namespace) -> str:
    """What suggested checks catch of planted faults, and how often they alarm for nothing; empty where it is not asked for."""
    if "planted" not in (asked.only or PARTS):
        return ""
    found = proof.measured(HERE / ".work" / "planted", proof.Size(), lambda text: print(text, flush=True))
    return "\n".join((f"{machine()}.\n", *proof.lines(found))) + "\n"


def _portal(asked: argparse.Namespace) -> str:
    """The table of the portal's pages over the same catalogue; empty where it is not asked for."""
    if "portal" not in (asked.only or PARTS):
        return ""
    found = portal.measured(serving_catalogue.FOLDER, serving_catalogue.RUNS, lambda text: print(text, flush=True))
    return "\n".join((f"{machine()}.\n", *portal.lines(found))) + "\n"


def _judged(asked: argparse.Namespace) -> str:
    """The table of contract changes beside datacontract-cli's judgement; empty where it is not asked for or not to be had."""
    if "contracts" not in (asked.only or PARTS) or asked.no_peers:
        return ""
    print("contracts: asking datacontract-cli, which takes two minutes", flush=True)
    try:
        found = contracts.verdicts(HERE / ".work" / "peers")
    except NotToBeHad as error:
        print(f"contracts: LEFT OUT, for datacontract-cli is not to be had: {error}", flush=True)
        return ""
    return "\n".join(contracts.lines(found, contracts.explained(found, contracts.reasons()))) + "\n"


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
    if "evolution" in wanted:
        yield from evolution.rows(_sitting(asked, 0), lines=asked.lines)


def _sitting(asked: argparse.Namespace, peer_runs: int) -> works.Sitting:
    return works.Sitting(HERE / ".work", asked.runs, peer_runs, lambda text: print(text, flush=True))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--only", action="append", choices=PARTS, help="one part, may be given more than once")
    options.add_argument("--size", action="append", type=int, help=f"products of a small mesh, instead of {SIZES}")
    options.add_argument(
        "--lines", type=int, default=LINES, help="rows of the heavy mesh, and of the tables that are compared"
    )
    options.add_argument("--runs", type=int, default=5, help="runs of Weft and of the floor; peers have fewer")
    options.add_argument("--readers", type=int, default=50, help="who ask a server at the same time")
    options.add_argument("--seconds", type=float, default=60.0, help="how long they do")
    options.add_argument(
        "--think", type=float, default=1.0, help="seconds that each waits before asking again, on the mean"
    )
    options.add_argument(
        "--clinicians", type=int, default=large.CLINICIANS, help="of the registries that are matched whole"
    )
    options.add_argument("--no-peers", action="store_true", help="without dbt, SQLMesh and datacontract-cli")
    options.add_argument(
        "--write", action="store_true", help="also rewrite the table of the README, and that of docs/benchmarks.md"
    )
    return options


if __name__ == "__main__":
    raise SystemExit(main())
