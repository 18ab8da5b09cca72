"""What was found wrong with data that arrived: which file, which line, which column, how many, the first few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from weft.errors import Fault, Place, SourceFault
from weft.names import LineName, ProductName
from weft.product.checks import CheckResult
from weft.product.contract import Severity

SHOWN = 5
"""How many values and lines a finding names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one file. `lines` are lines of the file from 1 (records, in a database), of the first few `values`."""

    kind: Literal["columns", "rows", "values"]
    file: str
    message: str
    column: str = ""
    lines: tuple[int, ...] = ()
    count: int = 1
    mend: str = ""
    severity: Severity = "error"

    @property
    def fault(self) -> Fault:
        line = self.lines[0] if self.lines else 0
        where = f", first at lines {', '.join(map(str, self.lines))}" if len(self.lines) > 1 else ""
        return Fault(Place(self.file, line), self.message + where, self.mend, self.severity)


class ArrivalFault(SourceFault):
    """Data that did not arrive as promised; `results` are to be recorded."""

    def __init__(self, findings: Iterable[Finding], results: tuple[CheckResult, ...]) -> None:
        self.findings, self.results = tuple(findings), results
        super().__init__(told(finding for finding in self.findings if finding.severity == "error"))

    def __str__(self) -> str:
        return self.message


def results_of(findings: Iterable[Finding], of: tuple[ProductName, str], rows: int) -> tuple[CheckResult, ...]:
    """One result for the columns of a source and one for its values, each failed as often as was found.

    `of` is the product and the name that its SQL says; they are recorded under `product.name`.
    """
    found = tuple(findings)
    line = LineName(".".join(of))
    return tuple(_result(line, kind, [f for f in found if f.kind in kinds], rows) for kind, kinds in KINDS.items())


KINDS = {"arrival(columns)": ("columns",), "arrival(values)": ("rows", "values")}


def _result(line: LineName, check: str, found: list[Finding], rows: int) -> CheckResult:
    severity: Severity = "warning" if found and all(f.severity == "warning" for f in found) else "error"
    return CheckResult(
        line=line,
        check=check,
        kind="arrival",
        outcome="failed" if found else "passed",
        severity=severity,
        columns=tuple(dict.fromkeys(f.column for f in found if f.column)),
        dimension="conformity",
        measured=sum(f.count for f in found),
        threshold="mustBe 0",
        rows=rows,
        message=told(found),
    )


def told(findings: Iterable[Finding]) -> str:
    """A line for each finding; of what is wrong alike in many files, the first few and how many more."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.kind, finding.message, finding.mend), []).append(finding)
    lines: list[str] = []
    for group in alike.values():
        lines += [str(finding.fault) for finding in group[:SHOWN]]
        if more := group[SHOWN:]:
            lines.append(
                f"and in {len(more):,} {'file' if len(more) == 1 else 'files'} more, the last of them {more[-1].file}"
            )
    return "\n".join(lines)


def some(values: Iterable[str]) -> str:
    """The first few values, quoted, long ones cut."""
    shown = [f"'{value if len(value) <= 40 else value[:37] + '...'}'" for value in list(values)[:SHOWN]]
    return ", ".join(shown)
