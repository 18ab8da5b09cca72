"""Tables that a contract promises no longer, or newly."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.change import Change, Rebind
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_table


def tables(pair: Pair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    for table in old.tables:
        if new.table(table.name) is None:
            reason = f"the table '{table.name}' is there no longer, and whatever reads it fails"
            yield Change("table removed", of_table(table.name), "breaking", reason, table.name, None, "REMOVE")
    for table in new.tables:
        if old.table(table.name) is None:
            reason = f"the table '{table.name}' is new, and nothing reads it yet"
            yield Change("table added", of_table(table.name), "minor", reason, None, table.name, "ADD")
    yield from _called_otherwise(pair)


def _called_otherwise(pair: Pair) -> Iterator[Change]:
    """A port of one table is read under the port's own name, a port of several as `port.table`."""
    old, new = pair.old.tables, pair.new.tables
    if not pair.tables or not old or (len(old) == 1) == (len(new) == 1):
        return
    was, now = ("by the port's name alone", "as `port.table`")[:: 1 if len(old) == 1 else -1]
    for table, _ in pair.tables:
        reason = f"SQL read '{table.name}' {was}, and now reads it {now}, as the port has {len(new)} of them"
        at = of_table(table.name, "name")
        yield Change(
            "table called otherwise", at, "conditional", reason, was, now, settles="binding", rebind=Rebind(table.name)
        )
