"""What a change does to a consumer of the line itself: what its SQL shows when it is bound again, else what lineage says that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from weft.names import LineName, ProductName
from weft.plan.changes.change import Change
from weft.plan.impact import words
from weft.plan.impact.effects import effect_of
from weft.plan.impact.queries import query_of, text_of
from weft.plan.impact.reached import Cell, Loss, Reached, Verdict
from weft.plan.impact.web import Reader, Web


@dataclass(frozen=True, slots=True)
class Case:
    """One change of one line, and what is known to judge it by."""

    line: LineName
    change: Change
    web: Web
    losses: Mapping[ProductName, Sequence[Loss]]

    @property
    def start(self) -> Cell:
        return Cell(self.line, self.change.column)

    @property
    def readers(self) -> Sequence[Reader]:
        return self.web.readers.get(self.line, ())

    def reads(self, reader: Reader) -> bool:
        """Whether what changed is among what flows into the reader's tables; of a table as a whole, whether it reads any of it."""
        return not self.change.column or self.change.column in reader.columns

    def told(self, reader: Reader, verdict: Verdict, because: str) -> Reached:
        return _told(reader, verdict, because, self.start, self.web)

    def untouched(self, reader: Reader) -> Reached:
        said = words.of_other_columns(reader, self.change) if reader.transforms else words.of_no_query(reader)
        return Reached(reader.name, "untouched", said, query=query_of(reader, ""))


def directly(reader: Reader, case: Case) -> Reached:
    """One consumer of the line, judged."""
    if losses := case.losses.get(reader.name):
        return _lost(reader, losses, case)
    change, effect = case.change, effect_of(case.change)
    if not reader.transforms:
        return case.untouched(reader)
    if effect == "adds":
        return Reached(reader.name, "untouched", words.of_more_columns(), query=query_of(reader, ""))
    if reader.is_opaque and (change.column or effect == "takes away"):
        return _opaque(reader, case)
    if not case.reads(reader):
        return case.untouched(reader)
    if change.kind in ("type widened", "table called otherwise"):
        return case.told(reader, "untouched", words.of_bound_again(change))
    if effect == "hides":
        return _sight(reader, case)
    if effect == "retypes":
        return case.told(reader, "broken", words.of_retyped(change))
    if effect == "takes away" and not change.column:
        return case.told(reader, "broken", words.of_taken_table(reader, change))
    if effect == "takes away":
        return case.told(reader, "affected", words.of_bound_all_the_same(change))
    told = case.told(reader, "affected", words.of_unpromised(change))
    return replace(told, loses_promise=effect == "unpromises" and change.breaks)


def reader_of_gone(reader: Reader, web: Web) -> Reached:
    """A consumer of a line that is promised no longer."""
    return _told(reader, "broken", words.of_line_gone(reader), Cell(reader.line, ""), web)


def _sight(reader: Reader, case: Case) -> Reached:
    """Until it is known who may see what, everybody who reads it counts as losing sight of it."""
    if case.change.impact == "conditional" or reader.name in case.change.affects:
        return replace(case.told(reader, "broken", words.of_hidden(case.change)), may_lose_sight=True)
    return case.told(reader, "untouched", words.of_sight(case.change))


def _opaque(reader: Reader, case: Case) -> Reached:
    """Python is handed whole tables: what it does with a column can only be guessed from whether its text names it."""
    change = case.change
    if not change.column:
        return case.told(reader, "broken", words.of_taken_table(reader, change))
    names_it = bool(query_of(reader, change.column).line)
    takes = effect_of(change) in ("takes away", "retypes") and change.kind != "type widened"
    return case.told(reader, "broken" if names_it and takes else "affected", words.of_python(change, names_it))


def _lost(reader: Reader, losses: Sequence[Loss], case: Case) -> Reached:
    """Its own columns are those that the binder says are lost, else those that come of what changed, else all of its tables."""
    lines = tuple(dict.fromkeys(line for loss in losses for line in loss.lines))
    computed = tuple(cell for cell in computed_of(reader, case.start, case.web) if cell.line in lines)
    said = words.of_losses(losses, case.change, text_of(reader, case.change.column))
    own = tuple(cell for loss in losses for cell in loss.columns) or computed
    own = own or tuple(cell for line in lines for cell in case.web.cells(line))
    place = losses[0].place if losses[0].place.line else query_of(reader, case.change.column)
    return Reached(reader.name, "broken", said, own, _path(case.start, own), place)


def _told(reader: Reader, verdict: Verdict, because: str, start: Cell, web: Web) -> Reached:
    own = computed_of(reader, start, web)
    return Reached(reader.name, verdict, because, own, _path(start, own), query_of(reader, start.column))


def _path(start: Cell, own: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return (start, own[0]) if own else (start,)


def computed_of(reader: Reader, start: Cell, web: Web) -> tuple[Cell, ...]:
    """The reader's own columns that come of what changed: those that its values flow into, else those whose rows it decides."""
    lines = set(reader.lines)
    starts = (start,) if start.column else web.cells(start.line)
    found = [way for cell in starts for way in web.onward.get(cell, ()) if way.to.line in lines]
    flowing = dict.fromkeys(way.to for way in found if way.flows)
    own = tuple(flowing or dict.fromkeys(way.to for way in found))
    return own or (() if start.column else tuple(cell for line in reader.lines for cell in web.cells(line)))
