"""What is asked of the service, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMS = ("arrow", "jsonl", "csv")
COMPRESSIONS: Mapping[str, tuple[str, ...]] = {"arrow": ("zstd", "lz4"), "jsonl": ("gzip",), "csv": ("gzip",)}
MOST_CHARACTERS = 100_000
"""Of a question's text: it is read where others are answered. Many values go beside it, as parameters."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One question. `parameters` are by name or by place; `rows` are enough, `seconds` are waited for it; 0 is what the server says."""

    sql: str
    parameters: Mapping[str, Any] | Sequence[Any] = ()
    form: str = "arrow"
    compression: str = ""
    rows: int = 0
    seconds: float = 0.0
    id: str = ""
    """Chosen by whoever asks, so that it can be cancelled before it is answered."""

    @property
    def given(self) -> frozenset[str]:
        """The names of parameters that have values: every `?` has its place, too."""
        if isinstance(self.parameters, Mapping):
            return frozenset(self.parameters)
        return frozenset(str(place) for place in range(1, len(self.parameters) + 1)) | (
            {""} if self.parameters else set()
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """Who signed in (`who`), by which door, in which request."""

    who: str
    door: str = "api"
    request_id: str = ""
    is_use: bool = True
    """Whether it says that what is read is used: not what a page shows to whoever opens it."""
