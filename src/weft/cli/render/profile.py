"""A profile on a terminal: a line for each column, with a picture of how its values are spread; what is untidy; the score."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.counting import counted
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, cut, length, padded, paragraphs
from weft.cli.render.profile_column import column_lines, said_of, share, spark, text
from weft.cli.render.terminal import DATA, Ink, paint, say, shown, width
from weft.errors import Unknown

if TYPE_CHECKING:
    from weft.profile.values import ColumnProfile, Finding, Likelihood, Moved, Score, TableProfile

INKS: dict[Likelihood, Ink] = {"definite": "red", "likely": "yellow", "possible": "cyan", "personal data": "bold"}
WIDEST = 160
NARROW, WIDE = 100, 140
"""Terminals narrower than the first show fewer columns of the table, wider than the second more."""
MOST_FINDINGS = 40
GOOD, FAIR = 99.0, 95.0


def show_profiles(profiles: Sequence[TableProfile], columns: Sequence[str], *, json: bool) -> None:
    """Each table, and where there are several the score of them all. Raises: Unknown column."""
    from weft.profile.hygiene.scoring import rolled_up

    whole = rolled_up("", profiles)
    if json:
        write_json({"profiles": profiles, "score": whole})
        return
    room = min(width(sys.stdout), WIDEST)
    for at, profile in enumerate(profiles):
        print() if at else None
        lines = _of_columns(profile, columns, room) if columns else _of_table(profile, room)
        print("\n".join(lines))
    if len(profiles) > 1 and not columns:
        print()
        print(f"{paint(counted(len(profiles), 'table'), 'bold')}  {_scored(whole.scores)}")
    _remark(profiles)


def _remark(profiles: Sequence[TableProfile]) -> None:
    for profile in profiles:
        for note in profile.notes:
            say(f"{profile.line}: {note}", "dim")
        if any(column.withheld for column in profile.columns):
            say(f"{profile.line}: values of columns that are masked are not shown", "dim")


def _of_table(profile: TableProfile, room: int) -> Iterator[str]:
    yield f"{paint(profile.line, 'bold')}  {_size(profile)}"
    yield from _table(profile, room)
    if told := list(_structure(profile)):
        yield ""
        yield from aligned(told, room)
    yield ""
    yield from _findings(profile.findings, room)
    yield f"{paint('score', 'bold')}  {_scored(profile.scores)}"


def _size(profile: TableProfile) -> str:
    sample = f", {profile.sampled_rows:,} of them looked at closely (seed {profile.seed})" if profile.is_sampled else ""
    return paint(f"{counted(profile.rows, 'row')}, {counted(len(profile.columns), 'column')}{sample}", "dim")


def _table(profile: TableProfile, room: int) -> Iterator[str]:
    heads = ["column", "type", "nulls", "distinct", "spread", "values"]
    rows = [
        [text(c.name), _short(c.type), share(c.nulls, c.rows), _distinct(c), spark(c), said_of(c)]
        for c in profile.columns
    ]
    marks = [_marked(column) for column in profile.columns]
    if room < NARROW:
        heads, rows = [*heads[:1], *heads[2:]], [[*row[:1], *row[2:]] for row in rows]
    most = max(14, room // 4)
    widths = [
        min(max(length(cell) for cell in (head, *(row[at] for row in rows))), most)
        for at, head in enumerate(heads[:-1])
    ]
    right = {heads.index("nulls"), heads.index("distinct")}
    rest = max(16, room - sum(widths) - 2 * len(widths))
    yield paint(_line([*heads], [*widths, rest], right), "dim")
    for row, mark in zip(rows, marks, strict=True):
        cells = [*row[:-1], f"{mark}{row[-1]}"]
        yield _line(cells, [*widths, rest], right)


def _line(cells: Sequence[str], widths: Sequence[int], right: set[int]) -> str:
    shown = [
        padded(cut(cell, wide), wide, right=at in right)
        for at, (cell, wide) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(shown).rstrip()


def _short(type_: str) -> str:
    return type_.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").lower()


def _distinct(column: ColumnProfile) -> str:
    return (
        "unique"
        if column.is_unique and column.rows > 1
        else f"{'' if column.is_distinct_exact else '~'}{column.distinct:,}"
    )


def _marked(column: ColumnProfile) -> str:
    """What it means, before its values."""
    personal = "!" if column.personal in ("likely", "sensitive") else ""
    return f"{column.meaning.replace('-', ' ')}{personal} · " if column.meaning else ""


def _structure(profile: TableProfile) -> Iterator[tuple[str, str]]:
    likely = [" + ".join(key.columns) for key in profile.keys if key.is_likely]
    if likely:
        yield "key", ", ".join(likely[:4])
    for one in profile.foreign_keys[:8]:
        found = "" if one.share == 1 else f" ({one.share:.1%} of its values)"
        yield "refers to", f"{one.column} → {one.table}.{one.to_column}{found}"
    by_determinant: dict[str, list[str]] = {}
    for rule in profile.dependencies:
        by_determinant.setdefault(rule.determinant, []).append(rule.dependent + ("" if not rule.exceptions else "*"))
    for determinant, dependents in list(by_determinant.items())[:6]:
        yield "decides", f"{determinant} → {', '.join(dependents[:6])}"


def _findings(findings: Sequence[Finding], room: int) -> Iterator[str]:
    if not findings:
        yield paint("nothing untidy was found", "green")
        return
    widest = max(length(finding.likelihood) for finding in findings)
    for finding in findings[:MOST_FINDINGS]:
        word = paint(padded(finding.likelihood, widest), INKS[finding.likelihood])
        examples = ", ".join(f"{value!r}" for value in finding.examples[:3])
        told = f"{finding.said}{f' Such as {examples}.' if examples and not finding.withheld else ''}"
        first, *more = paragraphs(shown(told, DATA), room - widest - 2) or [""]
        yield f"{word}  {first}"
        yield from (f"{' ' * (widest + 2)}{line}" for line in more)
    if len(findings) > MOST_FINDINGS:
        yield paint(f"and {len(findings) - MOST_FINDINGS} more: --json has all", "dim")


def _scored(scores: Sequence[Score]) -> str:
    """All first, then the dimensions that lost something."""
    whole = next((score for score in scores if not score.dimension), None)
    if whole is None:
        return ""
    parts = [
        f"{score.dimension} {_percent(min(score.percent, 99.99))}"
        for score in scores
        if score.dimension and score.affected
    ]
    ink: Ink = "green" if whole.percent >= GOOD else "yellow" if whole.percent >= FAIR else "red"
    return f"{paint(_percent(whole.percent), ink)}{paint(f'  {chr(183)} '.join(['', *parts]), 'dim') if parts else ''}"


def _percent(percent: float) -> str:
    return f"{percent:.1f} %" if percent < 99.95 else "100 %" if percent == 100 else ">99.9 %"


def _of_columns(profile: TableProfile, wanted: Sequence[str], room: int) -> Iterator[str]:
    names = {column.name.lower(): column for column in profile.columns}
    for at, name in enumerate(wanted):
        if name.lower() not in names:
            raise Unknown(f"column of {profile.line}", name, [column.name for column in profile.columns])
        column = names[name.lower()]
        yield from [""] if at else []
        yield f"{paint(f'{profile.line}.{column.name}', 'bold')}  {paint(_short(column.type), 'dim')}"
        yield from column_lines(column, profile, room)
        found = [one for one in profile.findings if one.column == column.name]
        yield ""
        yield from _findings(found, room)


def show_moved(profiles: Sequence[TableProfile], moves: Sequence[Moved], *, json: bool) -> None:
    """Snapshot by snapshot: rows, score, and what moved more than chance would have it."""
    if json:
        write_json({"profiles": profiles, "moved": moves})
        return
    if not profiles:
        say("no profile is kept of it yet: `weft profile` makes one", "yellow")
        return
    room = min(width(sys.stdout), WIDEST)
    by_after = {one.after: one for one in moves}
    rows = []
    for profile in profiles:
        drifts = (
            [one.said for one in by_after[profile.snapshot].drifts if one.is_notable]
            if profile.snapshot in by_after
            else []
        )
        told = (
            "; ".join(drifts[:6])
            if drifts
            else "as before"
            if profile.snapshot in by_after
            else "the first that is kept"
        )
        score = _percent(profile.scores[0].percent) if profile.scores else ""
        rows.append((profile.snapshot, counted(profile.rows, "row"), score, told))
    print(paint(profiles[-1].line, "bold"))
    print("\n".join(aligned(rows, room)))
