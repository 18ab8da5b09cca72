"""Which entries of the catalogue whoever asks may know of: looked at only as far as something is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.query.library import Library

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.hiding import Hidden

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Visible:
    entries: pa.Table
    hidden: Hidden | None

    def some(self, numbers: Any) -> bool:
        """Whether any of these entries may be known of."""
        if self.hidden is None:
            return len(numbers) > 0
        parts = (numbers.slice(begin, AT_ONCE) for begin in range(0, len(numbers), AT_ONCE))
        return any(self._of(part).num_rows for part in parts)

    def first(self, ranked: pa.Table, most: int) -> pa.Table:
        """The first so many of a ranking that may be known of, as entries with what the ranking says of them."""
        import pyarrow as pa

        if self.hidden is None:
            return self._rows(ranked.slice(0, most))
        found: list[pa.Table] = [self._rows(ranked.slice(0, 0))]
        for begin in range(0, ranked.num_rows, AT_ONCE):
            found.append(self._told(self._rows(ranked.slice(begin, AT_ONCE))))
            if sum(part.num_rows for part in found) >= most:
                break
        return pa.concat_tables(found).slice(0, most)

    def _of(self, numbers: Any) -> pa.Table:
        return self._told(self.entries.take(numbers))

    def _told(self, rows: pa.Table) -> pa.Table:
        from weft.query.hiding import told

        return rows if self.hidden is None else told(rows, self.hidden)

    def _rows(self, ranked: pa.Table) -> pa.Table:
        rows = self.entries.take(ranked.column("entry"))
        for name in ranked.column_names:
            if name not in ("entry", *rows.column_names):
                rows = rows.append_column(name, ranked.column(name))
        return rows


def visible(library: Library, entries: pa.Table) -> Visible:
    if library.reader.is_owner:
        return Visible(entries, None)
    from weft.query.hiding import hidden

    return Visible(entries, hidden(library))
