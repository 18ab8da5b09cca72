"""The SQL of a bridge: an old line's table made of the new one's, so that one pipeline serves both."""

from __future__ import annotations

from weft.plan.changes.change import UNKNOWN, Known
from weft.plan.changes.renames import bridge, renames
from weft.product.contract import Table
from weft.workspace.templates import MARK


def bridge_sql(old: Table, new: Table, name: str, known: Known = UNKNOWN) -> str:
    """The old columns in their order, of the new line's table, which the product's SQL calls `name`.

    Columns that seem to be renamed are read under their new name, and those of another type cast back. What the new line
    cannot give is left out and marked: then `weft check` refuses the line until somebody has said it.
    """
    made = bridge(old, new, renames(old, new, known))
    lacks = [column for column in old.columns if column.name in made.lacks]
    marks = "".join(
        f"-- {MARK} what makes {column.name} ({column.type}), which {name} does not have.\n" for column in lacks
    )
    sql = made.sql or "SELECT\n"
    return marks + sql[: sql.rindex("\nFROM ") if made.sql else -1] + f"\nFROM {from_clause(name)}\n"


def from_clause(name: str) -> str:
    """A table that the product makes, as its SQL reads it: one that has a line in its name goes by its plain name there."""
    return f'"{name}" AS {name.partition("@")[0]}' if "@" in name else name
