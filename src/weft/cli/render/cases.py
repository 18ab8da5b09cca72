"""What the tests of transforms came to: what was expected and did not come, and what came instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted, lasted
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say

if TYPE_CHECKING:
    from weft.run.cases import CaseResult

MOST_ROWS = 20


def show_cases(results: Sequence[CaseResult], *, json: bool) -> bool:
    """What the tests of transforms came to. Returns whether all passed."""
    succeeded = all(result.passed for result in results)
    if json:
        write_json({"succeeded": succeeded, "cases": [case_object(result) for result in results]})
        return succeeded
    for result in results:
        print("\n".join(_case(result)))
    passed = sum(result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    say(
        f"{passed:,} of {counted(len(results), 'case')} passed ({lasted(seconds)})",
        "bold",
        "green" if succeeded else "red",
    )
    return succeeded


def _case(result: CaseResult) -> list[str]:
    case = result.case
    sign = paint("✓", "green") if result.passed else paint("✗", "red")
    lines = [
        f"{sign} {paint(f'{case.product}.{case.table}', 'bold')}  {case.name}  {paint(lasted(result.seconds), 'dim')}"
    ]
    if not result.passed:
        lines.append(paint(f"    {case.place}", "dim"))
    lines += [f"    {line}" for line in result.message.splitlines()]
    lines += [f"    {paint('expected, did not come:', 'red')} {_row(row)}" for row in result.missing]
    lines += [f"    {paint('came, was not expected:', 'yellow')} {_row(row)}" for row in result.surplus[:MOST_ROWS]]
    return lines


def _row(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {'NULL' if value is None else value}" for name, value in row.items())


def case_object(result: CaseResult) -> dict[str, Any]:
    case = result.case
    of = {
        "product": case.product,
        "table": case.table,
        "name": case.name,
        "file": case.place.file,
        "line": case.place.line,
    }
    found = {"passed": result.passed, "missing": result.missing, "surplus": result.surplus, "message": result.message}
    return {**of, **found, "seconds": round(result.seconds, 6)}
