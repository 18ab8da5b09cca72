"""Check results: what was counted, what it should have been, and how to see the rows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted, lasted, measured
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import Ink, paint, say, width
from weft.product.checks import spoken

if TYPE_CHECKING:
    from weft.product.checks import CheckResult, Outcome
    from weft.run.report import ProofReport

SIGNS: dict[Outcome, tuple[str, Ink]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "error": ("✗", "red"),
    "skipped": ("-", "dim"),
    "not executable": ("-", "dim"),
}


def show_proof(report: ProofReport, *, every: bool, json: bool) -> bool:
    """Results by table: those that do not hold, and with `every` all of them. Returns whether nothing is broken."""
    if json:
        write_json(_proof_object(report))
        return report.succeeded
    for line, results in _by_line(report.results).items():
        print("\n".join(_table(line, results, every=every)))
    for line in report.unpublished:
        print(f"{paint('-', 'dim')} {line}  nothing is published to prove")
    _summarize(report)
    return report.succeeded


def _summarize(report: ProofReport) -> None:
    held = sum(result.outcome == "passed" for result in report.results)
    broken = sum(result.blocks for result in report.results)
    warned = sum(result.outcome in ("failed", "error") and not result.blocks for result in report.results)
    others = "".join(
        f", {text}" for text in (f"{broken:,} failed" * bool(broken), counted(warned, "warning") * bool(warned)) if text
    )
    ink: Ink = "green" if report.succeeded else "red"
    say(f"{held:,} of {counted(len(report.results), 'check')} hold{others} ({lasted(report.seconds)})", "bold", ink)


def _by_line(results: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    found: dict[str, list[CheckResult]] = {}
    for result in results:
        found.setdefault(result.line, []).append(result)
    return found


def _table(line: str, results: Sequence[CheckResult], *, every: bool) -> list[str]:
    from weft.cli.render.layout import aligned

    held = sum(result.outcome == "passed" for result in results)
    broken = [result for result in results if result.outcome in ("failed", "error")]
    own = [result for result in broken if not result.consumer]
    sign, ink = ("✗", "red") if any(r.blocks for r in broken) else ("!", "yellow") if broken else ("✓", "green")
    head = f"{paint(sign, ink)} {paint(line, 'bold')}  {held:,} of {counted(len(results), 'check')} hold"  # type: ignore[arg-type]
    shown = [result for result in results if every or result.outcome != "passed"]
    rows = [(_mark(result), result.check, said(result)) for result in shown]
    more = [f"    see the rows: weft test --failures {line.partition('@')[0]}"] if own else []
    return [head, *(aligned(rows, width(sys.stdout), indent=4) if rows else []), *(paint(text, "dim") for text in more)]


def shown_results(results: Sequence[CheckResult]) -> list[str]:
    """All of them, for standard output."""
    from weft.cli.render.layout import aligned

    return aligned([(_mark(result), result.check, said(result)) for result in results], width(sys.stdout))


def _mark(result: CheckResult, *, error_stream: bool = False) -> str:
    sign, ink = SIGNS[result.outcome]
    if result.outcome in ("failed", "error") and not result.blocks:
        sign, ink = "!", "yellow"
    return paint(sign, ink, stream=sys.stderr if error_stream else sys.stdout)


def said(result: CheckResult) -> str:
    """`found 70 rows, must be 0 (warning): every plane has a year`."""
    if result.message and result.outcome != "failed":
        found = f"{result.outcome}: {result.message}"
    elif result.outcome == "passed" and result.threshold == "mustBe 0":
        found = f"no row of {result.rows:,} breaks it" if result.unit == "rows" else "0"
    elif result.kind == "arrival" and result.message:
        first, *more = result.message.splitlines()
        found = f"{first} (and {len(more):,} more)" if more else first
    elif result.measured is None:
        found = result.message or result.outcome
    else:
        found = f"found {_measured(result)}, {spoken(result.threshold)}"
    severity = f" ({result.severity})" if result.outcome in ("failed", "error") and result.severity != "error" else ""
    why = (
        f"; {result.message}" if result.consumer and result.outcome == "failed" and result.measured is not None else ""
    )
    return f"{found}{severity}{f': {result.description}' if result.description else ''}{why}"


def _measured(result: CheckResult) -> str:
    number = measured(result.measured)
    if result.unit == "percent":
        return f"{number} %"
    if result.unit == "rows" and result.kind != "sql":
        return f"{number} {'row' if result.measured == 1 else 'rows'}"
    return number


def failed_lines(results: Sequence[CheckResult]) -> list[str]:
    """What did not hold of one product, for standard error."""
    from weft.cli.render.layout import aligned

    rows = [(_mark(r, error_stream=True), f"{leaf(r.line)} {r.check}", said(r)) for r in results]
    lines = aligned(rows, width(sys.stderr), indent=4) if rows else []
    blocked = [result for result in results if result.blocks and not result.consumer]
    if blocked:
        lines.append(
            paint(
                f"    see the rows: weft test --failures {blocked[0].line.rpartition('@')[0] or blocked[0].line}",
                "dim",
                stream=sys.stderr,
            )
        )
    return lines


def leaf(line: str) -> str:
    """`departures@1`: a line without its domain and its product."""
    table, at, label = line.partition("@")
    return f"{table.rpartition('.')[2]}{at}{label}"


def check_objects(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Each with all its fields: line, check, kind, outcome, severity, columns, dimension, measured, threshold, unit, ..."""
    import msgspec

    return [msgspec.to_builtins(result) for result in results]


def _proof_object(report: ProofReport) -> dict[str, Any]:
    run = next((result.run for result in report.results if result.run), "")
    return {
        "succeeded": report.succeeded,
        "checks": check_objects(report.results),
        "unpublished": report.unpublished,
        "seconds": round(report.seconds, 6),
        "oors": oors(run or "", report.results) if report.results else None,
    }


def oors(run: str, results: Sequence[CheckResult]) -> dict[str, Any]:
    """All results of a run as one message. Source: Bitol OORS, draft."""
    from weft.standards.oors import Observation, Observed, message

    observed = [
        Observed(
            r.check,
            r.line,
            r.outcome,
            r.severity,
            r.kind,
            r.dimension,
            r.measured,
            _threshold(r.threshold),
            r.unit,
            r.rows or None,
            int(r.measured) if r.unit == "rows" and isinstance(r.measured, int) and r.outcome == "failed" else None,
            r.message,
            f"{r.consumer}: {r.description}" if r.consumer and r.description else r.description,
        )
        for r in results
    ]
    times = [result.at for result in results if result.at]
    return message(Observation(run, max(times, default=datetime.now(UTC)), results=observed))


def _threshold(text: str) -> tuple[str, tuple[bool | int | float | str | None, ...]] | None:
    """The operator of a result's threshold and its values, as numbers where they are."""
    operator, _, values = text.partition(" ")
    if not values:
        return None
    return operator, tuple(_number(value) for value in values.split(" and "))


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
