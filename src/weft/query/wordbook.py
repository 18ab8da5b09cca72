"""Which entry of the catalogue says which word, and where: looked up instead of read, as somebody types.

Words are kept in order, so that those that begin alike lie beside each other, as do the places of each.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from weft.query.catalogue import FIELDS
from weft.query.wording import Lexicon, lexicon

if TYPE_CHECKING:
    import pyarrow as pa

PLACES = ("leaf", "name", *FIELDS)
"""Where a word stands: it is the whole name, is one of the name's words, or is in a field."""
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Wordbook:
    """`places` has `word`, `entry` and `place` as numbers, in the words' order; the places of the nth word begin at `begins[n]`."""

    words: list[str]
    begins: list[int]
    places: pa.Table
    naming: frozenset[str] = frozenset()
    """Those that are said anywhere but in descriptions."""

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon(self.words)

    def number(self, word: str) -> int | None:
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else None

    def beginning(self, with_: str) -> range:
        """The numbers of the words that begin so."""
        return range(bisect_left(self.words, with_), bisect_left(self.words, with_ + LAST))

    def holding(self, part: str) -> list[int]:
        """The numbers of the words that hold it anywhere."""
        return [number for number, word in enumerate(self.words) if part in word]

    def of(self, numbers: range) -> pa.Table:
        """The places of words that follow each other."""
        first, end = self.begins[numbers.start], self.begins[numbers.stop]
        return self.places.slice(first, end - first)


def wordbook(entries: pa.Table) -> Wordbook:
    """Of a catalogue; an entry goes by the number of its row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    told = pa.concat_tables([_said(entries, place) for place in PLACES]).combine_chunks()
    if not told.num_rows:
        return Wordbook([], [0], told)
    coded = told.column("word").combine_chunks().dictionary_encode()
    order = pc.array_sort_indices(coded.dictionary)
    ranks = pc.cast(pc.array_sort_indices(order), pa.int32())
    places = told.set_column(0, "word", pc.take(ranks, coded.indices)).sort_by("word").combine_chunks()
    counts = pc.value_counts(places.column("word").combine_chunks()).field("counts").to_pylist()
    words = coded.dictionary.take(order)
    told_of = pc.less(places.column("place"), PLACES.index("description"))
    naming = pc.take(words, pc.unique(places.filter(told_of).column("word")))
    return Wordbook(words.to_pylist(), [0, *accumulate(counts)], places, frozenset(naming.to_pylist()))


def _said(entries: pa.Table, place: str) -> pa.Table:
    """Each word that is said there, with the entry."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = _words(entries, place)
    words, entry = pc.list_flatten(lists), pc.cast(pc.list_parent_indices(lists), pa.int32())
    told = pa.table(
        {"word": words, "entry": entry, "place": pa.repeat(pa.scalar(PLACES.index(place), pa.int8()), len(words))}
    )
    return told.filter(pc.not_equal(told.column("word"), ""))


def _words(entries: pa.Table, place: str) -> Any:
    """Of each entry its words there, in lower case."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = entries.column("leaf" if place == "name" else place)
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if pa.types.is_list(text.type):
        text = pc.binary_join(text, " ")
    text = pc.fill_null(pc.utf8_lower(text), "")
    if place == "leaf":
        return pc.split_pattern(text, " ")
    return pc.utf8_split_whitespace(pc.replace_substring_regex(text, r"[^\pL\pN]+", " "))
