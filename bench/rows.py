"""What was measured, as rows of a table: a median for each side, and how often the floor's time it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bench.processes import Measured, median

Measure = Literal["wall_seconds", "peak_mebibytes"]


@dataclass(frozen=True)
class Promise:
    """At most this many times the floor, or at most this many seconds."""

    most: float
    of: Literal["floor", "seconds"]

    def __str__(self) -> str:
        return f"{self.most:g} x raw" if self.of == "floor" else f"{self.most:g} s"


@dataclass(frozen=True)
class Row:
    """One piece of work. `sides` are the runs of each, by name; the floor is the first that is raw."""

    what: str
    sides: Mapping[str, list[Measured]]
    promise: Promise | None = None
    measure: Measure = "wall_seconds"
    floor: str = "raw DuckDB"

    def value(self, side: str) -> float | None:
        runs = self.sides.get(side)
        return getattr(median(runs), self.measure) if runs else None

    def ratio(self, side: str) -> float | None:
        floor, value = self.value(self.floor), self.value(side)
        return value / floor if floor and value else None

    @property
    def is_kept(self) -> bool | None:
        """Whether Weft keeps the promise; None where there is none, or nothing was measured."""
        value = self.ratio("Weft") if self.promise and self.promise.of == "floor" else self.value("Weft")
        return None if self.promise is None or value is None else value <= self.promise.most

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "measure": self.measure,
            "promise": str(self.promise) if self.promise else None,
            "kept": self.is_kept,
            "sides": {
                name: {"median": self.value(name), "ratio": self.ratio(name), "runs": [asdict(run) for run in runs]}
                for name, runs in self.sides.items()
            },
        }
