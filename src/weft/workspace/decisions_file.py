"""The stewards' decisions: a file of lines, each saying that two records are the same or are not; lines that contradict each other are faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from weft.errors import Fault, Faults, Place, did_you_mean
from weft.product.core_data import Decision, RecordId
from weft.workspace.decided_lines import COLUMNS, records_of

VERDICTS = ("same", "different")


def decisions_of(text: str, file: str, sources: Sequence[str]) -> tuple[tuple[Decision, ...], tuple[Fault, ...]]:
    """Every line that is right, in their order, and what is wrong with the others and among them."""
    reading = _Reading(file, sources)
    try:
        reading.read(text)
    except Faults as found:
        reading.faults += found.faults
    reading.faults += _contradictions(reading.found)
    return tuple(reading.found), tuple(reading.faults)


@dataclass
class _Reading:
    file: str
    sources: Sequence[str]
    line: int = 1
    found: list[Decision] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def say(self, line: int, message: str, mend: str = "") -> None:
        self.faults.append(Fault(Place(self.file, line), message, mend))

    def read(self, text: str) -> None:
        records = records_of(text, self.file)
        self.line, _, names = records[0] if records else (1, 1, [])
        header = tuple(name.strip() for name in names)
        if not self._is_right(header):
            return
        for self.line, _, row in records[1:]:
            if any(cell.strip() for cell in row):
                self._row(header, row)

    def _is_right(self, header: tuple[str, ...]) -> bool:
        before = len(self.faults)
        for name in header:
            if name not in COLUMNS:
                self.say(self.line, f"unknown column '{name}'", did_you_mean(name, COLUMNS))
        if header and (missing := [name for name in COLUMNS if name not in header]):
            self.say(self.line, f"the column '{missing[0]}' is missing", f"The first line is: {','.join(COLUMNS)}")
        return bool(header) and len(self.faults) == before

    def _row(self, header: tuple[str, ...], row: list[str]) -> None:
        if len(row) != len(header):
            mend = "Put a text with a comma in quotes."
            self.say(self.line, f"here are {len(row)} values, and the first line has {len(header)}", mend)
            return
        said = {name: cell if name.endswith("_id") else cell.strip() for name, cell in zip(header, row, strict=True)}
        if not (wrong := [*self._wrong(said)]):
            left, right = (RecordId(said[f"{side}_source"], said[f"{side}_id"]) for side in ("left", "right"))
            verdict: Literal["same", "different"] = "same" if said["decision"] == "same" else "different"
            on, place = date.fromisoformat(said["on"]), Place(self.file, self.line)
            self.found.append(Decision(verdict, left, right, said["by"], on, said["why"], place))
        for message, mend in wrong:
            self.say(self.line, message, mend)

    def _wrong(self, said: dict[str, str]) -> Iterator[tuple[str, str]]:
        if said["decision"] not in VERDICTS:
            mend = did_you_mean(said["decision"], VERDICTS)
            yield f"unknown decision '{said['decision']}'", mend
        for side in ("left", "right"):
            source = said[f"{side}_source"]
            if source not in self.sources:
                yield f"there is no source '{source}' in core.yaml", did_you_mean(source, self.sources)
            if not said[f"{side}_id"]:
                yield f"{side}_id is empty", "Write the record's key; several columns are joined by '|'."
        if (said["left_source"], said["left_id"]) == (said["right_source"], said["right_id"]):
            yield "both sides are one record", "Name the two records that the decision is about."
        if not said["by"]:
            yield "nobody decided this: `by` is empty", "Write who did."
        try:
            date.fromisoformat(said["on"])
        except ValueError:
            yield f"'{said['on']}' is no date", "Write a day such as 2026-11-21."


def _contradictions(decisions: Sequence[Decision]) -> Iterator[Fault]:
    """Records that are said to be different, and that other lines say, together, are the same one."""
    same = _Groups()
    for one in decisions:
        if one.verdict == "same":
            same.join(one)
    for one in decisions:
        if one.verdict == "different" and (lines := same.path(one.left, one.right)):
            said = f"line {lines[0]} says" if len(lines) == 1 else f"lines {', '.join(map(str, lines))} together say"
            message = f"{one.left} and {one.right} are different here, and {said} that they are the same"
            yield Fault(one.place, message, "Take out the line that is wrong.")


class _Groups:
    """Records by the decisions that make them one."""

    def __init__(self) -> None:
        self.beside: dict[RecordId, list[tuple[RecordId, int]]] = {}

    def join(self, one: Decision) -> None:
        self.beside.setdefault(one.left, []).append((one.right, one.place.line))
        self.beside.setdefault(one.right, []).append((one.left, one.place.line))

    def path(self, start: RecordId, end: RecordId) -> tuple[int, ...]:
        """The lines that lead from one record to another, as few as there are; none where nothing does."""
        before: dict[RecordId, tuple[RecordId, int]] = {}
        waiting, seen = [start], {start}
        for record in waiting:  # It grows as it is gone through.
            for other, line in self.beside.get(record, ()):
                if other not in seen:
                    seen.add(other)
                    before[other] = (record, line)
                    waiting.append(other)
        lines: list[int] = []
        while end in before:
            end, line = before[end]
            lines.append(line)
        return tuple(sorted(lines))
