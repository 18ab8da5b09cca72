"""Previews as tables: who is invited, what a preview does to each of them, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weft.product.checks import CheckResult
from weft.product.preview import Verdict
from weft.query.difference import ColumnChange
from weft.session.display import Cell, Grid, Shown, grid
from weft.session.judging import Judged
from weft.session.previewing import Listed, Preview, Previewed, Tried
from weft.session.shown import checks_grid, faults_grid, not_held


class PreviewsShown(Shown, tuple[Listed, ...]):
    """Every preview, with the newest verdict of each who is invited."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        rows = [row for one in self for row in _invited(one)]
        title = "" if self else "there is no preview"
        return (grid(title, "preview until invited verdict comment", rows),)


def _invited(one: Listed) -> Iterator[tuple[Cell, ...]]:
    for who in one.preview.invitation.invites:
        verdict = one.verdicts.get(who)
        yield one.preview.name, _until(one.preview), who, *_said(verdict)
    if not one.preview.invitation.invites:
        yield one.preview.name, _until(one.preview), "nobody", "", ""


def _until(preview: Preview) -> str:
    return str(preview.invitation.until or "")


def _said(verdict: Verdict | None) -> tuple[str, str]:
    return (verdict.word, verdict.comment) if verdict else ("none yet", "")


class PreviewShown(Shown, Previewed):
    """What a preview does to each of the invited; nothing is published."""

    __slots__ = ()

    @property
    def breaks(self) -> tuple[Tried, ...]:
        """Those who could not go on over it as they are."""
        return tuple(tried for tried in self.consumers if tried.breaks)

    def grids(self) -> Sequence[Grid]:
        until = f", until {_until(self.preview)}" if self.preview.invitation.until else ""
        title = f"{self.preview.name} in {self.environment}: {len(self.consumers):,} invited{until}"
        names = "consumer reads binds runs checks expectations verdict comment"
        found = [grid(title, names, [_row(tried) for tried in self.consumers])]
        return [*found, *(details for tried in self.consumers for details in _details(tried))]


def _row(tried: Tried) -> tuple[Cell, ...]:
    checks = _held(tried.results) if tried.runs else ""
    reads = "a person" if tried.is_person else ", ".join(tried.reads)
    return (
        tried.who,
        reads,
        _yes(tried.binds),
        _yes(tried.runs),
        checks,
        _held(tried.expectations),
        *_said(tried.verdict),
    )


def _yes(held: bool | None) -> str:
    return "" if held is None else "yes" if held else "no"


def _held(results: Sequence[CheckResult]) -> str:
    return f"{sum(r.outcome == 'passed' for r in results)} of {len(results)} hold" if results else ""


def _details(tried: Tried) -> Iterator[Grid]:
    """What stands in the way of one of them, and what would differ for it."""
    if tried.faults:
        yield faults_grid(tried.faults, f"{tried.who}: its SQL does not bind")
    if tried.failure:
        yield grid(f"{tried.who}: it does not run", "why", [(tried.failure,)])
    if broken := [result for result in (*tried.results, *tried.expectations) if not_held(result)]:
        yield checks_grid(f"{tried.who}: checks that did not hold", broken)
    if changed := [one for one in tried.differences if not one.is_empty]:
        rows = [
            (one.after.line, f"{one.added:,}", f"{one.removed:,}", f"{one.changed:,}", _columns(one.columns))
            for one in changed
        ]
        yield grid(f"{tried.who}: what would differ", "table >added >removed >changed columns", rows)


def _columns(columns: Sequence[ColumnChange]) -> str:
    return ", ".join(f"{one.column} ({one.rows:,} row{'' if one.rows == 1 else 's'})" for one in columns)


class JudgedShown(Shown, Judged):
    """A verdict as it was kept."""

    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        said = self.verdict
        row = f"{said.product}.{said.port}@{said.version}", said.who, said.word, said.comment, said.given_by
        return (grid("", "preview who verdict comment given_by", [row], "; ".join(self.untold)),)
