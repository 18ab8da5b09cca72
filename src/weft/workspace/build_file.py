"""`build.yaml`: how a product is built."""

from __future__ import annotations

from typing import Any

from weft.product.product import BuildSettings

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def build_settings(data: dict[str, Any]) -> BuildSettings:
    """Of a document that keeps to its schema."""
    resources = data.get("resources") or {}
    return BuildSettings(
        schedule=data.get("schedule", ""),
        refresh_seconds=seconds(data.get("refresh", 0)),
        memory=resources.get("memory", ""),
        timeout_seconds=seconds(resources.get("timeout", 0)),
        materialization=data.get("materialization") or {},
    )


def seconds(said: str | float) -> float:
    """`15m`, `1h`, `1d`, or a number of seconds."""
    return float(said[:-1]) * _SECONDS[said[-1]] if isinstance(said, str) else float(said)
