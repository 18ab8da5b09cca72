"""What stands in place of a value that a reader may not see, and which rows of a table are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

MaskKind = Literal["null", "hash", "last_four", "year", "bucket", "redact"]
MASK_KINDS: tuple[MaskKind, ...] = get_args(MaskKind)
DateUnit = Literal["week", "month", "quarter", "year", "decade"]
DATE_UNITS: tuple[DateUnit, ...] = get_args(DateUnit)


@dataclass(frozen=True, slots=True)
class Mask:
    """How one column is masked. NULL stays NULL, and what a kind cannot mask (a `year` of a text) becomes NULL.

    `classification` is the name of the one that masks; two masks that show the same are equal whatever it is.
    """

    kind: MaskKind
    width: float = 0.0
    """Of a `bucket` of numbers: each becomes the lowest of its bucket."""
    unit: DateUnit = "month"
    """Of a `bucket` of dates and moments: each becomes the first of its bucket."""
    text: str = "***"
    """What `redact` writes."""
    classification: str = ""

    def __str__(self) -> str:
        match self.kind:
            case "bucket" if self.width:
                return f"bucket of {self.width:g}"
            case "bucket":
                return f"bucket by {self.unit}"
            case "last_four":
                return "last four"
        return self.kind


NOTHING_SHOWN = Mask("null")


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Only rows are seen whose `column` is one of `values`, as texts; without a column no row is.

    `rule` is the name of the row filter that says so, `attribute` the attribute of the reader that it compares with.
    """

    column: str
    values: tuple[str, ...] = ()
    rule: str = ""
    attribute: str = ""

    def __str__(self) -> str:
        if not self.column:
            return f"no row: {self.rule} has no column here"
        return f"{self.column} IN ({', '.join(self.values)})" if self.values else f"no row: no {self.attribute} given"
