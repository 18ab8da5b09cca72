"""Which checks the new parts of a table decide alone: no row of what stays broke them when it was published, and none can by what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from weft.engine.seam import Bench, Built
from weft.errors import WeftError
from weft.names import SnapshotId, leaf_of
from weft.plan.partial import Partial
from weft.product.checks import NONE, Check, CheckResult, Suite
from weft.product.contract import QualityRule
from weft.product.parting import Parting
from weft.product.snapshot import Snapshot
from weft.sql.remembered import Remembered

AGAINST = "against"
"""In a snapshot's inputs, `against TABLE` is what a relationship was proved against, and by which checks."""
EACH_ROW = ("nullValues", "missingValues", "invalidValues")
NOT_OF_ROWS = ("text", "custom", "arrival", "column", "serviceLevel")
INEXACT = ("DOUBLE", "FLOAT", "REAL")
"""Types of which two values are equal and written otherwise: 0.0 and -0.0 are two parts."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A table made in part. `before` is what it takes parts of; `checks` says by which checks it is proved now.

    `against` are the snapshots behind the tables that its relationships name, where they are known.
    """

    partial: Partial
    before: Snapshot
    checks: str
    against: Mapping[str, SnapshotId]

    def is_same(self, table: str) -> bool:
        """Whether what stays was proved against the same rows of a table."""
        said = footing(self.against, self.checks).get(f"{AGAINST} {table}")
        return said is not None and self.before.inputs.get(f"{AGAINST} {table}") == said


def footing(against: Mapping[str, SnapshotId], checks: str) -> dict[str, str]:
    """What relationships are proved against and by which checks, to be kept with the snapshot."""
    return {f"{AGAINST} {table}": f"{snapshot} {checks}" for table, snapshot in against.items()}


@dataclass(frozen=True, slots=True)
class Proved:
    """What is proved of: files, what is known of them, and the files of tables that relationships name."""

    files: Sequence[Path]
    built: Built
    references: Mapping[str, Sequence[Path]]


def proved_in_part(
    bench: Bench, suite: Suite, over: tuple[Proved, Proved], apart: frozenset[str]
) -> tuple[CheckResult, ...]:
    """The results of a whole suite, in order; the checks that are named in `apart` are asked of the new parts alone.

    `over` are the whole table and its new parts.
    """
    whole, new = over
    results: dict[str, CheckResult] = {}
    for proved, is_new in ((whole, False), (new, True)):
        checks = tuple(check for check in suite.checks if (check.id in apart) == is_new)
        if checks:
            found = bench.check(replace(suite, checks=checks), proved.files, proved.built, proved.references)
            results |= {one.check: _of_all(one, whole.built.rows) for one in found}
    return tuple(results[check.id] for check in suite.checks)


def _of_all(result: CheckResult, rows: int) -> CheckResult:
    """Rows that stay were looked at when they came."""
    return replace(result, rows=rows) if result.outcome in ("passed", "failed") else result


def decided_apart(suite: Suite, renewal: Renewal, remembered: Remembered) -> frozenset[str]:
    """The checks that the new parts decide. None, where what stays was published by other checks."""
    if renewal.partial.proved != renewal.checks:
        return frozenset()
    return frozenset(check.id for check in suite.checks if _is_decided(check, suite, renewal, remembered))


def _is_decided(check: Check, suite: Suite, renewal: Renewal, remembered: Remembered) -> bool:
    # What only warns may have been broken by rows that stay.
    if check.severity != "error" or check.kind in NOT_OF_ROWS:
        return False
    if check.kind in ("unique", "primaryKey"):
        return _is_apart(check.columns, suite, renewal.partial.parting)
    if check.relationship is not None:
        return renewal.is_same(check.relationship.to_table)
    if check.rule is None:
        return True
    if check.rule.threshold != NONE or check.rule.unit != "rows":
        return False
    return _is_rule_of_rows(check.rule, suite, renewal.partial.parting, remembered)


def _is_rule_of_rows(rule: QualityRule, suite: Suite, parting: Parting, remembered: Remembered) -> bool:
    if rule.kind == "sql":
        try:
            read = remembered.rule(rule.query, leaf_of(suite.line), rule.column)
        except WeftError:
            return False
        return read.aggregate is not None and read.aggregate.counts_rows and not read.asks_for_time
    if rule.metric == "duplicateValues":
        said = rule.arguments.get("properties")
        columns = said if isinstance(said, list) else [rule.column]
        return _is_apart([str(column) for column in columns], suite, parting)
    return rule.metric in EACH_ROW


def _is_apart(columns: Sequence[str], suite: Suite, parting: Parting) -> bool:
    """Whether two rows of the same values are of the same part."""
    names = {column.lower() for column in columns}
    types = {column.name.lower(): column.type.upper() for column in suite.table.columns}
    keys = [key.lower() for key in parting.keys]
    return bool(keys) and all(key in names and not types[key].startswith(INEXACT) for key in keys)
