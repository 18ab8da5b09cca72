"""The rows that break checks, so that a person sees what is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say, width

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.run.failures import FailedRows

MOST_ROWS = 20


def show_failures(failures: Sequence[FailedRows], *, json: bool) -> bool:
    """The rows that break checks. Having looked is no failure."""
    if json:
        write_json({"failures": [_failure_object(failure) for failure in failures]})
        return True
    for failure in failures:
        print("\n".join(_failure(failure)), end="\n\n")
    if not failures:
        say("no check fails", "green")
    return True


def _failure(failure: FailedRows) -> list[str]:
    from weft.cli.render.table import arrow_lines

    where = "in what is published" if failure.published else "in what was not published because of it"
    what = "the value that it measures" if failure.is_value else counted(failure.rows.num_rows, "row")
    head = f"{paint(failure.line, 'bold')}  {failure.check}: {what} {where}"
    columns = [
        (name, _kind(field)) for name, field in zip(failure.rows.column_names, failure.rows.schema.types, strict=True)
    ]
    names, rule, *rows = arrow_lines(columns, failure.rows.slice(0, MOST_ROWS), width(sys.stdout))
    more = failure.rows.num_rows - MOST_ROWS
    return [
        head,
        paint(names, "bold"),
        paint(rule, "dim"),
        *rows,
        *([f"... {more:,} more; --json has them"] if more > 0 else []),
    ]


def _kind(arrow_type: pa.DataType) -> str:
    """Whether a column's values stand to the right, in the words of DuckDB's types."""
    import pyarrow as pa

    is_number = pa.types.is_integer(arrow_type) or pa.types.is_floating(arrow_type) or pa.types.is_decimal(arrow_type)
    return "DOUBLE" if is_number else str(arrow_type)


def _failure_object(failure: FailedRows) -> dict[str, Any]:
    found = {
        "line": failure.line,
        "check": failure.check,
        "published": failure.published,
        "is_value": failure.is_value,
    }
    return {**found, "columns": failure.rows.column_names, "rows": failure.rows.to_pylist()}
