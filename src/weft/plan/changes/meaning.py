"""What another meaning of the same columns is to whoever reads them: nothing fails, and something else is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from weft.plan.changes.change import UNKNOWN, Change, Known
from weft.plan.changes.spots import of_column, of_table

if TYPE_CHECKING:
    from weft.sql.difference import Difference

OF_ONE_COLUMN = ("expression", "window")


def meaning_changes(table: str, differences: Iterable[Difference], known: Known = UNKNOWN) -> Iterator[Change]:
    """At least minor, and told: of each column whose expression changed, and of the table where its rows did.

    The reason holds no SQL, as consumers are told it, and a transform is its product's own: `before` and `after` have it.
    """
    for one in differences:
        columns = one.columns if one.kind in OF_ONE_COLUMN else ("",)
        for column in columns:
            at = of_column(table, column, "transformLogic") if column else of_table(table, "transformLogic")
            what = (
                f"'{column}': {one.words}"
                if column
                else f"'{table}': {one.words}, which reaches {', '.join(one.columns)}"
            )
            before, after = ("; ".join(texts) or None for texts in (one.before, one.after))
            affects = known.readers_of(table, column)
            yield Change("meaning changed", at, "minor", what, before, after, affects=affects)
