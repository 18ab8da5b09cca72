"""What one row and one value stand for: the grain of a table, and the unit of a column."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import Spot, of_column, of_table


def row_meaning(pair: Pair) -> Iterator[Change]:
    for old, new in pair.tables:
        at = of_table(old.name, "dataGranularityDescription")
        yield from _said("grain", at, (old.grain, new.grain), f"one row of '{old.name}'")
    for table, was, now in pair.columns:
        at = of_column(table, was.name, "unit", within="customProperties")
        yield from _said("unit", at, (was.unit, now.unit), f"a value of '{was.name}'")


def _said(what: str, at: Spot, texts: tuple[str, str], stands: str) -> Iterator[Change]:
    before, after = texts
    if before == after:
        return
    if _plain(before) == _plain(after):
        yield Change(
            f"{what} reworded", at, "patch", f"the {what} is written otherwise and says the same", before, after
        )
    elif not before:
        yield Change(f"{what} said", at, "patch", f"what {stands} stands for is now said", None, after, "ADD")
    elif not after:
        reason = f"what {stands} stands for ({before}) is promised no longer"
        yield Change(f"{what} changed", at, "breaking", reason, before, None, "REMOVE")
    else:
        reason = f"{stands} stood for '{before}' and stands for '{after}': sums and counts mean something else"
        yield Change(f"{what} changed", at, "breaking", reason, before, after)


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() or sign in "%/*^" else " " for sign in text).split()).lower()
