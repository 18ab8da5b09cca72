"""Check results as a message of the Open Observability Results Standard, a draft of Bitol, so that other tools can read them.

Source: OORS v0.8.1 (draft): fundamentals, results, run lifecycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

VERSION = "v0.8.1"

Status = Literal["pass", "fail", "warn", "error", "skip", "unknown"]
_WORST_FIRST: tuple[Status, ...] = ("error", "fail", "warn", "pass", "skip")
_STATUS: dict[str, Status] = {"passed": "pass", "failed": "fail", "error": "error", "skipped": "skip", "not executable": "skip"}  # fmt: skip
_SEVERITY = {"error": "high", "warning": "medium", "info": "low"}

Value = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Observed:
    """One check as it came out: `outcome` and `severity` as a check result has them, `table` is its full name.

    `threshold` is an operator of ODCS and its values; `failed_rows` where rows were counted.
    """

    id: str
    table: str
    outcome: str
    severity: str = "error"
    metric: str = ""
    dimension: str = ""
    value: Value = None
    threshold: tuple[str, tuple[Value, ...]] | None = None
    unit: str = ""
    rows: int | None = None
    failed_rows: int | None = None
    message: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one message is about: the checks of one contract in one run. Times are of UTC."""

    run: str
    observed_at: datetime
    contract_id: str = ""
    contract_version: str = ""
    started_at: datetime | None = None
    results: Sequence[Observed] = field(default_factory=tuple)


def message(observation: Observation) -> dict[str, Any]:
    """The message as plain values, ready for JSON or YAML; the same observation has the same id."""
    results = [_result(one) for one in observation.results]
    identity = uuid5(NAMESPACE_URL, f"weft:{observation.run}:{observation.contract_id}:{observation.contract_version}")
    found: dict[str, Any] = {
        "apiVersion": VERSION,
        "kind": "ObservabilityResults",
        "id": str(identity),
        "observedAt": _utc(observation.observed_at),
        "status": overall([result["status"] for result in results]),
        "source": {"process": "weft", "runId": observation.run, "vendor": "weft"},
        "run": {"state": "completed"},
    }
    if observation.started_at:
        found["run"]["startedAt"] = _utc(observation.started_at)
    if observation.contract_id:
        found["contract"] = _present(
            {"contractId": observation.contract_id, "standard": "ODCS", "version": observation.contract_version}
        )
    return found | {"results": results}


def overall(statuses: Sequence[Status]) -> Status:
    """The first of error, fail, warn, pass and skip that there is, else unknown. Source: OORS v0.8.1, status."""
    return next((status for status in _WORST_FIRST if status in statuses), "unknown")


def _result(one: Observed) -> dict[str, Any]:
    measure = {
        "metric": one.metric,
        "value": one.value,
        "threshold": _threshold(one.threshold),
        "unit": one.unit,
        "rowCount": one.rows,
        "failedRowCount": one.failed_rows,
    }
    return _present(
        {
            "id": f"{one.table}:{one.id}",
            "type": "check",
            "name": one.description or one.id,
            "status": _status(one),
            "severity": _SEVERITY.get(one.severity, one.severity),
            "dimension": one.dimension,
            "target": {"resourceType": "table", "resourceIdentifier": one.table},
            "measure": _present(measure) if one.value is not None else None,
            "message": one.message,
        }
    )


def _status(one: Observed) -> Status:
    status = _STATUS.get(one.outcome, "unknown")
    return "warn" if status == "fail" and one.severity != "error" else status


def _threshold(threshold: tuple[str, tuple[Value, ...]] | None) -> dict[str, Any] | None:
    if threshold is None:
        return None
    operator, values = threshold
    return {operator: list(values) if operator.endswith("Between") else values[0]}


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != ""}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
