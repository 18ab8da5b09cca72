"""Changes of a promise as tables: what they are, the versions that they deserve, whom they reach, and what going stable asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from weft.errors import sentence
from weft.session.contracts import ContractDifference
from weft.session.display import Cell, Grid, Shown, grid

if TYPE_CHECKING:
    from weft.plan.changes import Change
    from weft.plan.evolution import Evolution
    from weft.plan.evolution.stable import GoingStable
    from weft.plan.impact import Reached


class ContractDifferenceShown(Shown, ContractDifference):
    """What one contract changes for whoever reads the other, what breaks first."""

    def grids(self) -> Sequence[Grid]:
        before, after = self.before, self.after
        title = f"{before.contract.version} {before.where} to {after.contract.version} {after.where}"
        if not self.changes:
            return (grid(f"{title}: no difference", "change", ()),)
        honest = "claims too little" if self.claims_too_little else "is honest"
        note = f"{self.least} is the least version, and {after.contract.version} {honest}"
        found = [grid(title, "impact where change why affects", map(_change, in_weight(self.changes)), note)]
        bridges = [(one.bridge.table, one.bridge.sql) for one in self.changes if one.bridge and one.bridge.sql]
        return [*found, grid("bridges that keep the old line", "table sql", bridges)] if bridges else found


def in_weight(changes: Iterable[Change]) -> list[Change]:
    """What breaks first; of one impact in the order of the documents."""
    order = ("breaking", "conditional", "minor", "patch")
    return sorted(changes, key=lambda change: order.index(change.impact))


def _change(change: Change) -> tuple[Cell, ...]:
    return change.impact, change.where, change.kind, change.reason, ", ".join(change.affects)


def evolution_grids(evolution: Evolution) -> Iterator[Grid]:
    """What changes for consumers and what is refused; then versions, whom each change reaches, and what going stable asks for."""
    if evolution:
        yield evolution_grid(evolution)
        yield from versions_grids(evolution)
        yield from impact_grids(evolution)
        yield from stable_grids(evolution.stable)


def evolution_grid(evolution: Evolution) -> Grid:
    """What changes for consumers, port by port; below it what is refused, and what to write."""
    rows: list[tuple[Cell, ...]] = [
        (f"{port.product}.{port.port}", change.impact, change.where, change.kind, change.reason)
        for port in evolution.changed
        for change in port.changes
    ]
    rows += [(f"{line.product}.{line.port}", "", str(line.version), "", "a new line") for line in evolution.new]
    rows += [
        (f"{line.product}.{line.port}", "", str(line.version), "", "promised no longer") for line in evolution.gone
    ]
    refused = [f"{one.product}.{one.port}: {sentence(one.refusal)} {one.mend}" for one in evolution.refused]
    return grid("what changes for consumers", "port impact where change why", rows, " ".join(refused))


def versions_grids(evolution: Evolution) -> Iterator[Grid]:
    """Each line that changed: its version before, as claimed, and the least that it deserves."""
    rows = [
        (f"{one.product}.{one.port}", one.line, str(one.before), str(one.after), str(one.least))
        for one in evolution.changed
    ]
    if rows:
        yield grid("versions", "port line before claimed least", rows)


def impact_grids(evolution: Evolution) -> Iterator[Grid]:
    """Of each line whose change concerns somebody: each consumer once, by the worst that happens to it."""
    if not evolution.reaches:
        return
    from weft.plan.impact import in_all, summary

    for line in dict.fromkeys(reach.line for reach in evolution.reaches if reach.is_worth_a_word):
        found = in_all(reach for reach in evolution.reaches if reach.line == line)
        yield grid(f"{line}: {summary(found)}", "consumer verdict columns why path query", map(_consumer, found))


def _consumer(one: Reached) -> tuple[Cell, ...]:
    columns, path = ", ".join(map(str, one.columns)), " > ".join(map(str, one.path))
    return one.consumer, one.verdict, columns, one.because, path, str(one.query) if one.query.file else ""


def stable_grids(stable: Sequence[GoingStable]) -> Iterator[Grid]:
    """Versions that were shown as previews, what was said of those, and what is asked for still."""
    for one in stable:
        rows: list[tuple[Cell, ...]] = [(said.who, said.word, said.comment) for said in one.verdicts]
        rows += [("", "reason", one.reason)] if one.reason else []
        title = f"{one.product}.{one.port}: {one.version} goes stable; it was shown as {one.preview}"
        yield grid(title, "who verdict comment", rows, "" if rows else "nobody said anything")
