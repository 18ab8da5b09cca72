"""Finding domains, products, tables and columns by words, typing errors forgiven.

Words are looked up in a book of all that is said in the catalogue, so that a mesh of thousands of tables answers as it is typed;
only what is shown becomes a value. What all words are found in comes first; what some are found in follows where the rest is little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from weft.names import table_of
from weft.query.catalogue import FIELDS, catalogue
from weft.query.library import Library, made_anew
from weft.query.seeking import Sought, exactly, found, together
from weft.query.visible import Visible, visible
from weft.query.wordbook import PLACES, Wordbook, wordbook
from weft.query.wording import FUNCTION_WORDS, LOOKED_AT, SHORT, alike, forms

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["domain", "product", "table", "column"]
Matched = Literal["name", "title", "tags", "path", "columns", "people", "description"]
FORGIVEN = 0.6
"""A word that was found only by its likeness counts so much less."""
SAYS_LITTLE = 0.1
"""What a word such as `by` weighs beside others."""
FEW = 5
"""Where fewer hits than these hold all words, those that hold some of them are shown too."""
FAR = 0.5
"""How much a word has to be like what was typed, to be shown to who found nothing."""
MOST_WORDS, MOST_INSTEAD = 12, 3


@dataclass(frozen=True, slots=True)
class Hit:
    """Something of that name. `score` is from 0 to 100; `matched` is the field of the best matching word."""

    kind: Kind
    name: str
    title: str
    description: str
    score: float
    matched: Matched
    missing: tuple[str, ...] = ()
    """The words that it does not hold."""
    columns: tuple[str, ...] = ()
    """Of a table those of its columns that are called so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what was looked for instead of words that nobody says."""

    hits: tuple[Hit, ...] = ()
    instead: dict[str, tuple[str, ...]] = field(default_factory=dict)


def search(words: str, library: Library, limit: int = 50) -> tuple[Hit, ...]:
    """What the words are found in, the best first; where two are alike, tables come before columns.

    A name itself comes before one that begins with the word, that before one that holds it, that before titles, tags, the names
    around it, its columns, the people and descriptions; then what is used more and holds what it promises comes before the rest.
    What all words are found in comes before what some are missing in, which is told only where there is little of the former.
    Singular and plural are alike, words such as `by` hardly count. Nothing is found by no words.
    """
    return look(words, library, limit).hits


def look(words: str, library: Library, limit: int = 50) -> Finding:
    """The same, with the words that were taken for mistyped ones."""
    typed = typed_words(words)
    if not typed:
        return Finding()
    if library.keep is not made_anew:
        return _looked(_Seeker.of(library, kept_catalogue(library)), typed, limit)
    entries = catalogue(library)
    seeker = _Seeker.of(library, catalogued(_saying(entries, typed)))
    if not all(seeker.finds(word) for word in typed):
        seeker = _Seeker.of(library, catalogued(entries))
    return _looked(seeker, typed, limit)


def nearest(words: str, library: Library, most: int = 6) -> tuple[str, ...]:
    """Words that are said somewhere and are not so far from what was typed: for who found nothing."""
    seeker = _Seeker.of(library, kept_catalogue(library))
    book = seeker.whole.book
    near = {other: worth for word in typed_words(words) for other, worth in alike(word, book.lexicon, FAR).items()}
    ranked = sorted(near, key=lambda other: -near[other])[:LOOKED_AT]
    return tuple(word for word in ranked if "_" not in word and seeker.finds(word))[:most]


def typed_words(words: str) -> tuple[str, ...]:
    """As they are looked for: in lower case, each once, names without their lines."""
    plain = (label_free(word) for word in words.lower().split())
    return tuple(dict.fromkeys(word for word in plain if re.search(r"[^\W_]", word)))[:MOST_WORDS]


def label_free(word: str) -> str:
    """A name without its line and without marks around it."""
    return str(table_of(word.strip("\"'`.,;:()?!")))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Catalogued:
    """The catalogue with the book of its words; `names` in lower case."""

    entries: pa.Table
    book: Wordbook
    names: Any


def catalogued(entries: pa.Table) -> Catalogued:
    import pyarrow.compute as pc

    return Catalogued(entries, wordbook(entries), pc.utf8_lower(entries.column("name")))


def kept_catalogue(library: Library) -> Catalogued:
    """For a server, which is asked again and again."""
    found: Catalogued = library.keep("catalogue", lambda: catalogued(catalogue(library)))
    return found


def _saying(entries: pa.Table, typed: Sequence[str]) -> pa.Table:
    """Those that say any of the words: who asks once needs no book of all of them."""
    import pyarrow.compute as pc

    pattern = "|".join(re.escape(form) for word in typed for form in forms(word))
    return entries.filter(pc.match_substring_regex(entries.column("text"), pattern))


@dataclass(frozen=True, slots=True)
class _Seeker:
    whole: Catalogued
    seen: Visible

    @classmethod
    def of(cls, library: Library, whole: Catalogued) -> _Seeker:
        return cls(whole, visible(library, whole.entries))

    def found(self, one: Sought) -> pa.Table:
        return found(self.whole.book, self.whole.names, one)

    def finds(self, word: str) -> bool:
        return self.seen.some(self.found(Sought(word, forms(word))).column("entry").combine_chunks())

    def instead(self, word: str) -> dict[str, float]:
        """The words that are most like it: names, and only else what is said in descriptions."""
        book = self.whole.book
        near = {other: worth for form in forms(word) for other, worth in alike(form, book.lexicon).items()}
        ranked = sorted(near, key=lambda other: (-near[other], other))
        for known in ([other for other in ranked if other in book.naming], ranked):
            told = [other for other in known[:LOOKED_AT] if self.finds(other)][:MOST_INSTEAD]
            if told:
                return {other: FORGIVEN * near[other] for other in told}
        return {}


def _looked(seeker: _Seeker, typed: Sequence[str], limit: int) -> Finding:
    sought, instead = _sought(seeker, typed)
    return Finding(_hits(seeker, sought, limit), instead)


def _sought(seeker: _Seeker, typed: Sequence[str]) -> tuple[tuple[Sought, ...], dict[str, tuple[str, ...]]]:
    """What is looked for: a word that nobody says stands for those that are like it, and a name with dots for its parts."""
    known = {word: seeker.finds(word) for word in typed}
    parts = dict.fromkeys(
        part for word in typed for part in ((word,) if known[word] else re.split(r"[\W_]+", word)) if part
    )
    only_little = all(part in FUNCTION_WORDS for part in parts)
    chosen, instead = [], {}
    for part in parts:
        near = {} if known.get(part) or seeker.finds(part) else seeker.instead(part)
        if near:
            instead[part] = tuple(near)
        weight = SAYS_LITTLE if part in FUNCTION_WORDS and not only_little else 1.0
        chosen.append(Sought(part, forms(part) | near, weight))
    return tuple(chosen), instead


def _hits(seeker: _Seeker, sought: Sequence[Sought], limit: int) -> tuple[Hit, ...]:
    ranked = _ranked(seeker, sought)
    best = seeker.seen.first(ranked, limit)
    rows = best.to_pylist()
    whole = [row for row in rows if not row["missing"]]
    shown = whole if len(whole) >= min(FEW, limit) else rows
    return tuple(_hit(row, sought) for row in shown)


def _ranked(seeker: _Seeker, sought: Sequence[Sought]) -> pa.Table:
    """What says any of the words that say much, the best first: `missing` counts those words that are not said."""
    import pyarrow as pa
    import pyarrow.compute as pc

    most = max(one.weight for one in sought)
    matters = sum(1 << number for number, one in enumerate(sought) if one.weight == most)
    told = together(sought, [seeker.found(one) for one in sought])
    told = exactly(told, seeker.whole.book, "_".join(one.word for one in sought), (1 << len(sought)) - 1)
    told = told.filter(pc.not_equal(pc.bit_wise_and(told.column("said"), matters), 0))
    kinds = pc.unique(told.column("said"))
    counts = pa.array([(matters & ~said).bit_count() for said in kinds.to_pylist()], pa.int8())
    missing = pc.take(counts, pc.index_in(told.column("said"), kinds))
    entries = seeker.whole.entries.select(["rank", "name", "standing"]).take(told.column("entry"))
    score = pc.multiply(told.column("points"), entries.column("standing"))
    for name, column in (("missing", missing), ("score", score), *zip(("rank", "name"), entries.columns, strict=False)):
        told = told.append_column(name, column)
    order = [("missing", "ascending"), ("score", "descending"), ("rank", "ascending"), ("name", "ascending")]
    return told.sort_by(order)


def _hit(row: dict[str, Any], sought: Sequence[Sought]) -> Hit:
    place = PLACES[row["place"]]
    matched: Any = place if place in FIELDS else "name"
    most = max(one.weight for one in sought)
    missing = tuple(
        one.word for number, one in enumerate(sought) if one.weight == most and not row["said"] >> number & 1
    )
    words = [word for one in sought if one.weight == most for word in one.choice if len(word) > SHORT]
    columns = tuple(name for name in row["columns"] if any(word in name.lower() for word in words))
    said = (row["kind"], row["name"], row["title"], row["description"], round(row["score"], 1))
    return Hit(*said, matched, missing, columns)
