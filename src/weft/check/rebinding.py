"""What a consumer loses where what it reads is changed: its own SQL, bound again over the columns as they would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weft.check.ground import Bound, Ground
from weft.engine.seam import Columns
from weft.errors import Place, sentence
from weft.names import LineName
from weft.plan.changes.lattice import widens
from weft.plan.impact import Cell, Loss, lines_of
from weft.product.contract import Table
from weft.product.mesh import Read


def losses(before: Ground, reads: Mapping[str, Read]) -> Iterator[Loss]:
    """Of each transform that no longer binds, or returns no longer what its contract promises, as it did before.

    What was at fault already is no loss, nor is what Python makes: that cannot be known.
    """
    after = Ground(before.mesh, before.product, before.engine, given=reads)
    for key, bound in after.bound.items():
        lines = lines_of(after.product, (key,))
        if bound.fault:
            if not before.bound[key].fault:
                yield Loss(
                    lines, f"{sentence(bound.fault.message)} {sentence(bound.fault.mend)}".strip(), bound.fault.place
                )
        elif key in after.promised and key in after.product.lines_made:
            yield from _of_promise(after.promised[key][1], after.product.lines_made[key], key, (before, after))


def _of_promise(table: Table, line: LineName, key: str, grounds: tuple[Ground, Ground]) -> Iterator[Loss]:
    before, after = (_types(ground.bound.get(key, Bound()).columns) for ground in grounds)
    if after is None or before is None:
        return
    place = Place(grounds[1].made[key].file)
    for column in table.columns:
        given, was = after.get(column.name.lower()), before.get(column.name.lower())
        if was is None or given == was:
            continue
        own = (Cell(line, column.name),)
        if given is None:
            yield Loss((line,), f"its '{table.name}' promises '{column.name}', and no longer returns it", place, own)
        elif not _keeps(given, was, column.type, grounds[1]):
            said = f"its '{column.name}' of '{table.name}' becomes {given}, and it promises {column.type}"
            yield Loss((line,), said, place, own)
    promised = {column.name.lower() for column in table.columns}
    if surplus := [name for name in after if name not in promised and name not in before]:
        names = ", ".join(f"'{name}'" for name in surplus)
        yield Loss((line,), f"its '{table.name}' would return {names}, which it does not promise", place)


def _types(columns: Columns | None) -> dict[str, str] | None:
    return None if columns is None else {name.lower(): type_ for name, type_ in columns}


def _keeps(given: str, was: str, promised: str, ground: Ground) -> bool:
    """A value that always fitted must always fit; one that was cast with a check before may be so again."""
    if widens(was, promised) and not widens(given, promised):
        return False
    return ground.engine.assignable(given, promised)
