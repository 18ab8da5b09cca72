"""The quality rules of an ODCS table and of its columns, with names that stay the same from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

from weft.errors import Fault, did_you_mean
from weft.product.contract import Metric, Operator, QualityRule, RuleKind, Severity, Threshold
from weft.standards.document import Document
from weft.standards.odcs import OLD_METRICS

_METRICS: tuple[Metric, ...] = get_args(Metric)
_OPERATORS: tuple[Operator, ...] = get_args(Operator)
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_UNITS = ("rows", "percent")
_NEEDS_COLUMN = ("nullValues", "missingValues", "invalidValues")


def rules_of(document: Document, table: dict[str, Any], faults: list[Fault]) -> tuple[QualityRule, ...]:
    """Of the columns in order, then of the table. Source: ODCS 3.2, data quality."""
    counts: dict[str, int] = {}
    found = []
    for said, column in _said(table):
        reader = _Rule(document, said, column, faults)
        if rule := reader.rule(counts):
            found.append(rule)
    return tuple(found)


def _said(table: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str | None]]:
    for column in table.get("properties") or ():
        for rule in column.get("quality") or ():
            yield rule, column["name"]
    for rule in table.get("quality") or ():
        yield rule, None


class _Rule:
    """One rule as written, and where what is wrong with it is said."""

    def __init__(self, document: Document, said: dict[str, Any], column: str | None, faults: list[Fault]) -> None:
        self.said, self.column, self.faults = said, column, faults
        self.place = document.place_of(said)

    def rule(self, counts: dict[str, int]) -> QualityRule | None:
        said = self.said
        kind = cast(RuleKind, said.get("type", "library"))
        metric = self.metric() if kind == "library" else None
        threshold = self.threshold() if kind in ("library", "sql") else None
        unit, severity = self.unit(), self.severity()
        if kind == "library" and metric is None:
            return None
        if kind in ("library", "sql") and threshold is None:
            self._fault(f"the {kind} rule says no threshold", "Add one, such as `mustBe: 0`.")
            return None
        return QualityRule(
            kind=kind,
            name=self.name(kind, metric, counts),
            column=self.column,
            metric=metric,
            arguments=self.arguments(),
            threshold=threshold,
            unit=unit,
            severity=severity,
            dimension=said.get("dimension", ""),
            query=said.get("query", ""),
            engine=said.get("engine", ""),
            description=said.get("description", ""),
            place=self.place,
        )

    def metric(self) -> Metric | None:
        said = str(self.said.get("metric") or self.said.get("rule") or "")
        metric = next((known for known in _METRICS if known == OLD_METRICS.get(said, said)), None)
        if metric is None:
            self._fault(f"unknown metric '{said}'", did_you_mean(said, _METRICS))
            return None
        if metric in _NEEDS_COLUMN and self.column is None:
            self._fault(f"{metric} is asked of a column, and this is a table", "Move the rule to its column.")
            return None
        if metric == "duplicateValues" and self.column is None and not self.arguments().get("properties"):
            mend = "Add `arguments: {properties: [...]}`, or move the rule to its column."
            self._fault("duplicateValues of a table needs the columns that must differ", mend)
            return None
        return metric

    def arguments(self) -> dict[str, Any]:
        arguments = dict(self.said.get("arguments") or {})
        if "validValues" in self.said:
            arguments.setdefault("validValues", self.said["validValues"])
        return arguments

    def threshold(self) -> Threshold | None:
        for operator in _OPERATORS:
            if operator in self.said:
                value = self.said[operator]
                return Threshold(operator, tuple(value) if isinstance(value, list) else (value,))
        return None

    def unit(self) -> Any:
        unit = str(self.said.get("unit", "rows")).lower()
        if unit not in _UNITS and self.said.get("type", "library") == "library":
            self._fault(f"unknown unit '{unit}'", did_you_mean(unit, _UNITS))
        return unit if unit in _UNITS else "rows"

    def severity(self) -> Severity:
        said = str(self.said.get("severity", "error")).lower()
        for severity in _SEVERITIES:
            if severity == said:
                return severity
        mend = "Write error, warning or info; it counts as error."
        self.faults.append(Fault(self.place, f"the severity '{said}' is none that is known", mend, "warning"))
        return "error"

    def name(self, kind: str, metric: str | None, counts: dict[str, int]) -> str:
        """What the author calls it, else what it is about; numbered where that says nothing."""
        if given := self.said.get("name") or self.said.get("id"):
            return str(given)
        if metric:
            properties = self.arguments().get("properties") or ([self.column] if self.column else [])
            return f"{metric}({', '.join(map(str, properties))})" if properties else metric
        counts[kind] = counts.get(kind, 0) + 1
        return f"{kind} {counts[kind]}"

    def _fault(self, message: str, mend: str) -> None:
        of = f"property '{self.column}': " if self.column else ""
        self.faults.append(Fault(self.place, f"{of}{message}", mend))
