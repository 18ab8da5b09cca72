"""An evolution as plain values for other programs: ours, and beside it the message of Bitol's draft for each port."""

from __future__ import annotations

from typing import Any

from weft.plan.changes import Change, difference_message
from weft.plan.evolution.values import Edit, Evolution, PortChange, PortLine


def as_object(evolution: Evolution) -> dict[str, Any]:
    """`changes`, `new_lines` and `gone_lines` are ours; `difference` is OMDS."""
    return {
        "changes": [_port(port) for port in evolution.changed],
        "new_lines": [_line(line) for line in evolution.new],
        "gone_lines": [_line(line) for line in evolution.gone],
        "difference": [difference_message(port.old, port.new, port.changes) for port in evolution.changed],
    }


def _port(port: PortChange) -> dict[str, Any]:
    return {
        "product": port.product,
        "port": port.port,
        "contract": port.contract_id,
        "line": port.line,
        "tables": port.tables,
        "before": str(port.before),
        "after": str(port.after),
        "least": str(port.least),
        "refusal": port.refusal,
        "mend": port.mend if port.refusal else "",
        "edits": [edit_object(edit) for edit in port.edits],
        "changes": [_change(change) for change in port.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    bridge = change.bridge
    return {
        "kind": change.kind,
        "impact": change.impact,
        "table": change.table,
        "column": change.column,
        "path": change.path,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
        "affects": change.affects,
        "acknowledge": change.acknowledge,
        "bridge": {"table": bridge.table, "sql": bridge.sql, "lacks": bridge.lacks} if bridge else None,
    }


def _line(line: PortLine) -> dict[str, Any]:
    return {
        "product": line.product,
        "port": line.port,
        "contract": line.contract.id,
        "line": line.line,
        "tables": line.tables,
        "version": str(line.version),
        "refusal": line.refusal,
        "mend": line.mend,
    }


def edit_object(edit: Edit) -> dict[str, Any]:
    return {"file": edit.place.file, "line": edit.place.line, "path": edit.path, "old": edit.old, "new": edit.new}
