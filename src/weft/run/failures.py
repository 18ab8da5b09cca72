"""The rows that broke a check of what was not published: kept beside the workspace, so that a person can look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from weft.errors import WeftError
from weft.names import LineName, ProductName
from weft.product.checks import Suite, checks_of
from weft.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.run.job import Job
from weft.run.making import Making


@dataclass(frozen=True, slots=True)
class FailedRows:
    """At most a thousand rows that broke one check. `published` says whether they are in what consumers read."""

    line: LineName
    check: str
    rows: pa.Table
    published: bool
    is_value: bool = False
    """They are no rows of the table, but what the check measured: a rule's own answer, the number of rows."""


def folder(settings: Settings, product: ProductName) -> Path:
    return settings.private / "failures" / product


def keep_failures(job: Job, making: Making) -> None:
    """Writes what broke each check of a candidate that is not published. Never hides the failure itself."""
    forget_failures(job)
    for result in making.results:
        made = making.made.get(result.line)
        if result.outcome != "failed" or made is None:
            continue
        suite = Suite(made.step.line, made.table, checks_of(made.table))
        try:
            rows = making.bench.failing(suite, result.check, made.paths, making.references(made.table, made.step.line))
        except WeftError:
            continue
        if rows.num_columns == 0:
            continue
        kind = b"value" if measured_whole(suite, result.check) else b"rows"
        metadata = {b"weft.line": result.line.encode(), b"weft.check": result.check.encode(), b"weft.kind": kind}
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", f"{result.line}.{result.check}")[:150]
        _keep(rows.replace_schema_metadata(metadata), folder(job.shop.settings, job.product.name) / f"{name}.parquet")


def measured_whole(suite: Suite, identity: str) -> bool:
    return any(check.id == identity and check.measures_the_table for check in suite.checks)


def _keep(rows: pa.Table, path: Path) -> None:
    """Where there is room: what is half written goes."""
    import pyarrow.parquet as pq

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, path)
    except OSError:
        path.unlink(missing_ok=True)


def forget_failures(job: Job) -> None:
    rmtree(folder(job.shop.settings, job.product.name), ignore_errors=True)


def kept_failures(settings: Settings, product: ProductName) -> tuple[FailedRows, ...]:
    """What the last failed run of a product left to look at."""
    import pyarrow.parquet as pq

    found = []
    for path in sorted(folder(settings, product).glob("*.parquet")):
        rows = pq.read_table(path)
        said = rows.schema.metadata or {}
        line, check = said.get(b"weft.line", b"").decode(), said.get(b"weft.check", b"").decode()
        is_value = said.get(b"weft.kind") == b"value"
        rows = rows.replace_schema_metadata(None)
        found.append(FailedRows(LineName(line), check, rows, published=False, is_value=is_value))
    return tuple(found)
