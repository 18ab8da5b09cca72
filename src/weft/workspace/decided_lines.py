"""Stewards' decisions as they stand in a file: read line by line, and changed by a line, with comments and order as they were.

A spreadsheet runs a cell that begins like a formula, and ids and reasons come from others: such a cell is written with an
apostrophe before it, which is taken away when it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from weft.errors import Fault, Faults, Place
from weft.product.core_data import Decision, RecordId

COLUMNS = ("decision", "left_source", "left_id", "right_source", "right_id", "by", "on", "why")
NEEDED = COLUMNS[:5]
COMMENT = "#"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One record of the file: its cells by column, the lines that it stands on (`line` counted from 1, `lines` of them)."""

    line: int
    lines: int
    cells: dict[str, str]

    @property
    def pair(self) -> frozenset[RecordId]:
        return pair_of(
            *(RecordId(self._said(f"{side}_source").strip(), self._said(f"{side}_id")) for side in ("left", "right"))
        )

    @property
    def verdict(self) -> str:
        return self._said("decision").strip().lower()

    def _said(self, column: str) -> str:
        return self.cells.get(column, "")


def pair_of(left: RecordId, right: RecordId) -> frozenset[RecordId]:
    """Two records, whichever comes first."""
    return frozenset((left, right))


def decided_lines(text: str, file: str) -> tuple[DecidedLine, ...]:
    """All but the header, comments and blank lines. Raises: Faults, where the header lacks a column, or a quote is not closed."""
    records = records_of(text, file)
    return tuple(_decided(_header(records, file), records))


def _decided(header: Sequence[str], records: Sequence[tuple[int, int, list[str]]]) -> Iterator[DecidedLine]:
    return (DecidedLine(at, lines, _by_column(header, cells)) for at, lines, cells in records[1:])


def with_decision(text: str, decision: Decision, file: str) -> str:
    """With this decision as the pair's only one, in the last line; '' is a file that is not there yet. Raises: Faults."""
    return with_decisions(text, [decision], file)


def with_decisions(text: str, decisions: Sequence[Decision], file: str) -> str:
    """The same of many, the last of a pair in the place of those before it; the file is read once. Raises: Faults."""
    end = "\r\n" if "\r\n" in text else "\n"
    records = records_of(text, file)
    header = _header(records, file)
    newest = {pair_of(one.left, one.right): place for place, one in enumerate(decisions)}
    kept = _closed(_without(text, _decided(header, records), frozenset(newest))[0], end)
    head = "" if records else f"{','.join(COLUMNS)}{end}"
    return kept + head + "".join(f"{_line(header, decisions[place])}{end}" for place in sorted(newest.values()))


def without_decision(text: str, left: RecordId, right: RecordId, file: str) -> tuple[str, int]:
    """Without what was decided of a pair, and how many lines said something of it. Raises: Faults."""
    return _without(text, decided_lines(text, file), frozenset([pair_of(left, right)]))


def _without(text: str, lines: Iterable[DecidedLine], pairs: frozenset[frozenset[RecordId]]) -> tuple[str, int]:
    gone = [one for one in lines if one.pair in pairs]
    taken = {number for one in gone for number in range(one.line, one.line + one.lines)}
    kept = (line for number, line in enumerate(_lines(text), start=1) if number not in taken)
    return "".join(kept), len(gone)


def _closed(text: str, end: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}{end}"


def _line(header: Sequence[str], decision: Decision) -> str:
    said = {
        "decision": decision.verdict,
        "left_source": decision.left.source,
        "left_id": decision.left.id,
        "right_source": decision.right.source,
        "right_id": decision.right.id,
        "by": decision.by,
        "on": decision.on.isoformat(),
        "why": " ".join(decision.why.split()),
    }
    cells = [_disarmed(said.get(column, "")) for column in header]
    line = _written(cells, csv.QUOTE_MINIMAL)
    return _written(cells, csv.QUOTE_ALL) if line.startswith(COMMENT) else line


def _written(cells: Sequence[str], quoting: Literal[0, 1]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting).writerow(cells)
    return out.getvalue().removesuffix("\r\n")


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def _as_meant(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*FORMULA, "'")) else cell


def _header(records: Sequence[tuple[int, int, list[str]]], file: str) -> tuple[str, ...]:
    """The columns of the first record; those of a new file where there is none."""
    if not records:
        return COLUMNS
    at, _, cells = records[0]
    header = tuple(cell.strip().lower() for cell in cells)
    if missing := [column for column in NEEDED if column not in header]:
        mend = f"Its first line is {','.join(COLUMNS)}"
        raise Faults([Fault(Place(file, at), f"the first line has no column '{missing[0]}'", mend)])
    return header


def _by_column(header: Sequence[str], cells: Iterable[str]) -> dict[str, str]:
    return dict(zip(header, cells, strict=False))


def records_of(text: str, file: str) -> list[tuple[int, int, list[str]]]:
    """Where each record stands, on how many lines, and its cells as they are meant; the header is the first. Raises: Faults."""
    return list(_read(_lines(text), file))


def _lines(text: str) -> list[str]:
    """With their ends, as CSV has them: what else ends a line in Unicode ends none here."""
    return list(io.StringIO(text, newline=""))


def _read(lines: Sequence[str], file: str) -> Iterator[tuple[int, int, list[str]]]:
    rest, at = iter(lines), 0
    for line in rest:
        at += 1
        if not line.strip() or line.lstrip().startswith(COMMENT):
            continue
        reader = csv.reader(chain([line], rest), strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            mend = "Put a text with quotes or line ends in quotes."
            raise Faults([Fault(Place(file, at), f"this is no CSV: {error}", mend)]) from error
        yield at, reader.line_num, list(map(_as_meant, cells))
        at += reader.line_num - 1
