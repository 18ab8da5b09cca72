"""What the registry keeps of a profile: a row for each column that anybody may ask for with SQL, and the whole of it as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from weft.names import LineName, SnapshotId


@dataclass(frozen=True, slots=True)
class ProfiledColumn:
    """Bounds are as DuckDB spells them; None where the column's type has none that would be shown."""

    name: str
    type: str
    nulls: int
    empties: int
    placeholders: int
    distinct: int
    is_distinct_exact: bool
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    deviation: float | None = None
    meaning: str = ""
    personal: str = "none"
    findings: int = 0


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """Keyed by `snapshot`. `body` is the whole profile as JSON, which only the profile room reads."""

    snapshot: SnapshotId
    line: LineName
    profiled_at: datetime
    rows: int
    sampled_rows: int
    seed: int
    score: float
    columns: tuple[ProfiledColumn, ...]
    body: str
