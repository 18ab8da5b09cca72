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
COUNTED = ("required", *NOT_OF_ROWS)
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


@dataclass(frozen=True, slots=True)
class Over:
    """What a table that is made in part is proved over: the whole, its new parts alone, and those where what stays may have the same keys."""

    parting: Parting
    whole: Proved
    new: Proved
    kept: tuple[Path, ...]

    @property
    def beside(self) -> Proved:
        return replace(self.new, built=replace(self.new.built, beside=self.kept))


def proved_in_part(
    benches: tuple[Bench, Bench], suite: Suite, over: Over, apart: frozenset[str]
) -> tuple[CheckResult, ...]:
    """The results of a whole suite, in order; the checks that are named in `apart` are asked of the new parts.

    `benches` are one for what is small, and one for the whole.
    """
    small, large = benches
    results: dict[str, CheckResult] = {}
    alone = kept_apart(suite, over.parting)
    for bench, proved, asked in (
        (large, over.whole, [check for check in suite.checks if check.id not in apart]),
        (
            small,
            over.new,
            [check for check in suite.checks if check.id in apart and (check.id in alone or not _key(check))],
        ),
        (large, over.beside, [check for check in suite.checks if check.id in apart - alone and _key(check)]),
    ):
        if asked:
            found = bench.check(replace(suite, checks=tuple(asked)), proved.files, proved.built, proved.references)
            results |= {one.check: _of_all(one, over.whole.built.rows) for one in found}
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
    if check.relationship is not None:
        return renewal.is_same(check.relationship.to_table)
    if check.rule is None:
        return True
    if check.rule.threshold != NONE or check.rule.unit != "rows":
        return False
    return _is_rule_of_rows(check.rule, suite, renewal, remembered)


def _is_rule_of_rows(rule: QualityRule, suite: Suite, renewal: Renewal, remembered: Remembered) -> bool:
    if rule.kind == "sql":
        try:
            read = remembered.rule(rule.query, leaf_of(suite.line), rule.column)
        except WeftError:
            return False
        return read.counts_rows and all(renewal.is_same(other) for other in read.others)
    return rule.metric in EACH_ROW or rule.metric == "duplicateValues"


def reads_all(suite: Suite, apart: frozenset[str]) -> bool:
    """Whether a check reads rows that stay: what the writers of files counted tells of the others."""
    told = ("rowCount", "nullValues")
    rest = [check for check in suite.checks if check.id not in apart]
    return any(check.kind not in COUNTED and not (check.rule and check.rule.metric in told) for check in rest)


def kept_apart(suite: Suite, parting: Parting) -> frozenset[str]:
    """The checks of keys that hold the part: two rows of the same key are of the same part, so what stays need not be looked at."""
    return frozenset(check.id for check in suite.checks if (key := _key(check)) and _is_apart(key, suite, parting))


def _key(check: Check) -> tuple[str, ...]:
    """The columns that may not have the same values twice; none where it is no check of such."""
    if check.kind in ("unique", "primaryKey"):
        return check.columns
    if check.rule is None or check.rule.metric != "duplicateValues":
        return ()
    said = check.rule.arguments.get("properties")
    return tuple(str(column) for column in (said if isinstance(said, list) else [check.rule.column]))


def _is_apart(columns: Sequence[str], suite: Suite, parting: Parting) -> bool:
    """Whether two rows of the same values are of the same part."""
    names = {column.lower() for column in columns}
    types = {column.name.lower(): column.type.upper() for column in suite.table.columns}
    keys = [key.lower() for key in parting.keys]
    return bool(keys) and all(key in names and not types[key].startswith(INEXACT) for key in keys)
