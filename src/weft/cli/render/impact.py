"""Whom a change reaches, as people read it: how many break, then each consumer with its reason, its columns, the path and the query."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.layout import paragraphs
from weft.cli.render.terminal import Ink, paint, width
from weft.plan.impact import in_all, summary

if TYPE_CHECKING:
    from weft.names import LineName
    from weft.plan.evolution import Evolution
    from weft.plan.impact import Cell, Reach, Reached, Verdict

SIGNS: dict[Verdict, tuple[str, Ink]] = {"broken": ("✗", "red"), "affected": ("~", "yellow"), "untouched": ("·", "dim")}
MOST: dict[Verdict, int] = {"broken": 20, "affected": 10, "untouched": 5}
"""So many consumers of each verdict are shown; --json has them all."""
COLUMNS = 4


def impact_of(evolution: Evolution, lines: Sequence[LineName]) -> Iterator[str]:
    """Line by line, where there is something to say; the line is named where there are several."""
    told = [line for line in lines if any(r.line == line and r.is_worth_a_word for r in evolution.reaches)]
    for line in told:
        if len(told) > 1:
            yield paint(line, "bold")
        yield from impact_lines(evolution.reaches, [line])


def impact_lines(reaches: Sequence[Reach], lines: Sequence[LineName]) -> Iterator[str]:
    """Of some lines: each consumer once, by the worst that happens to it. Nothing where no change concerns anybody."""
    of = [reach for reach in reaches if reach.line in lines]
    if not of:
        return
    found = in_all(of)
    broken = any(one.verdict == "broken" for one in found)
    yield paint(summary(found), "red" if broken else "bold")
    for verdict in SIGNS:
        own = [one for one in found if one.verdict == verdict]
        for one in own[: MOST[verdict]]:
            yield from _consumer(one)
        if more := len(own) - MOST[verdict]:
            yield from [paint(f"  and {more:,} more {verdict}; --json has them all", "dim")] if more > 0 else []


def _consumer(one: Reached) -> Iterator[str]:
    sign, ink = SIGNS[one.verdict]
    head = f"  {paint('…' if one.waits else sign, ink)} "
    if one.verdict == "untouched":
        yield f"{head}{one.consumer}  {paint(one.because, 'dim')}"
        return
    yield f"{head}{paint(one.consumer, 'bold')}{f'  {_columns(one)}' if one.columns else ''}"
    room = width(sys.stdout)
    yield from paragraphs(one.because, room, 6)
    if len(one.path) > 2:
        yield from (paint(line, "dim") for line in paragraphs(" > ".join(map(_short, one.path)), room, 6))
    if one.query.file:
        yield paint(f"      {one.query}", "dim")


def _columns(one: Reached) -> str:
    shown = [f"{_leaf(cell)}.{cell.column}" for cell in one.columns[:COLUMNS]]
    more = len(one.columns) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _leaf(cell: Cell) -> str:
    return cell.line.partition("@")[0].rpartition(".")[2]


def _short(cell: Cell) -> str:
    table = cell.line.partition("@")[0]
    return f"{table}.{cell.column}" if cell.column else table
