"""What a run did: a line for each table, what did not hold, and a summary at the end."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted, lasted, sized
from weft.cli.render.faults import fault_object, write_faults
from weft.cli.render.json_out import write_json
from weft.cli.render.outcome import SIGNS
from weft.cli.render.terminal import Ink, paint, say, say_untold

if TYPE_CHECKING:
    from weft.product.checks import CheckResult
    from weft.run.report import Observer, ProductReport, RunReport
    from weft.session import Planned


@contextmanager
def watched(planned: Planned, *, quiet: bool) -> Iterator[Observer | None]:
    """Shows warnings of what is written, then the run while it goes on. `quiet` says nothing."""
    if quiet:
        yield None
        return
    write_faults(planned.warnings)
    if planned.plan.is_empty:
        yield None
        return
    from weft.cli.render.progress import progress

    with progress(planned.plan) as observe:
        yield observe


def show_run(report: RunReport, planned: Planned, *, json: bool) -> None:
    if json:
        write_json(run_object(report, planned))
        return
    if report.run is None:
        from weft.cli.render.plan import nothing_to_do

        print(nothing_to_do(planned.plan))
        say_untold(report.untold)
        return
    for line in _summary(report):
        say(line)
    say_untold(report.untold)


def _summary(report: RunReport) -> Iterator[str]:
    states = Counter(product.state for product in report.products)
    tables = [table for product in report.products for table in product.tables]
    built = [table for table in tables if table.action in ("built", "same")]
    results = [result for product in report.products for result in product.results]
    parts = [f"{states[state]:,} {state}" for state in SIGNS if states[state]]
    yield ""
    colour: Ink = "green" if report.succeeded else "red"
    done = f"{', '.join(parts)} in {lasted(report.seconds)}"
    yield f"{paint(done, 'bold', colour, stream=sys.stderr)}  {paint(f'run {report.run}, {report.environment}', 'dim', stream=sys.stderr)}"
    if built or results:
        rows = counted(sum(table.rows for table in built), "row")
        made = f"{counted(len(built), 'table')} built with {rows}" if built else ""
        yield "; ".join(part for part in (made, _held(results) if results else "") if part)
    if report.swept[0]:
        yield f"{counted(report.swept[0], 'old file')} swept ({sized(report.swept[1])})"
    if report.unswept:
        yield f"old files were not swept: {report.unswept}"
    if not report.succeeded:
        yield "What failed or waited keeps its last good snapshots. Mend it, then apply again: what is done is not done twice."


def _held(results: list[CheckResult]) -> str:
    counts = Counter(result.outcome for result in results)
    warned = sum(result.outcome in ("failed", "error") and not result.blocks for result in results)
    broken = counts["failed"] + counts["error"] - warned
    parts = [f"{counts['passed']:,} of {counted(len(results), 'check')} hold"]
    parts += [f"{broken:,} failed"] if broken else []
    parts += [counted(warned, "warning")] if warned else []
    parts += [f"{counts[kind]:,} {kind}" for kind in ("skipped", "not executable") if counts[kind]]
    return ", ".join(parts)


def run_object(report: RunReport, planned: Planned) -> dict[str, Any]:
    from weft.cli.render.checks import check_objects, oors

    results = [result for product in report.products for result in product.results]
    return {
        "run": report.run,
        "environment": report.environment,
        "succeeded": report.succeeded,
        "seconds": round(report.seconds, 6),
        "swept": {"files": report.swept[0], "bytes": report.swept[1]},
        "untold": report.untold,
        "warnings": [fault_object(fault) for fault in planned.warnings],
        "products": [_product_object(product, check_objects(product.results)) for product in report.products],
        "oors": oors(report.run or "", results) if results else None,
    }


def _product_object(product: ProductReport, checks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "product": product.product,
        "state": product.state,
        "message": product.message,
        "seconds": round(product.seconds, 6),
        "revision": product.revision,
        "tables": product.tables,
        "checks": checks,
    }
