"""Finding domains, products, tables and columns by words, typing errors forgiven.

Scores are computed over whole Arrow columns, so that a mesh of thousands of tables answers as it is typed; only what is
shown becomes a value. Closest words are looked for where a word is found nowhere as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from weft.names import table_of
from weft.query.answer import Library
from weft.query.catalogue import FIELDS, WORDS_OF, is_prepared, kept_catalogue, known_entries, prepared, spaced

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["domain", "product", "table", "column"]
Matched = Literal["name", "title", "tags", "path", "people", "description"]

EXACT, PREFIX, WORD_OF_NAME, PART_OF_NAME = 100, 80, 60, 50
SCORES: dict[str, int] = {"title": 45, "tags": 40, "path": 30, "people": 25, "description": 20}
FORGIVEN = 0.6
"""A word that was found only by its likeness counts so much less."""
ALIKE = 0.75
"""Of difflib's ratio: `departres` and `departures` are 0.95 alike, `plane` and `place` 0.8."""
SHORT = 2
"""Words up to this long are found at the beginning of words only, and nothing is like them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something of that name. `score` is from 0 to 100; `matched` is the field of the best matching word."""

    kind: Kind
    name: str
    title: str
    description: str
    score: float
    matched: Matched


def search(words: str, library: Library, limit: int = 50) -> tuple[Hit, ...]:
    """What all the words are found in, the best first; where two are alike, tables come before columns.

    A name itself comes before one that begins with the word, that before one that holds it, that before titles, tags,
    the names around it, the people and descriptions. Nothing is found by no words.
    """
    wanted = [label_free(word) for word in words.lower().split()]
    wanted = [word for word in wanted if word]
    if not wanted:
        return ()
    whole = kept_catalogue(library)
    entries = known_entries(library, whole)
    found = _found(entries, [{word: 1.0} for word in wanted])
    parts = [part for word in wanted for part in re.split(r"[._]", word) if part]
    if found.num_rows == 0 and parts:
        said = _kept_words(library, whole) if entries is whole else _words(entries)
        found = _found(entries, _forgiven(said, parts))
    if found.num_rows == 0:
        return ()
    order = [("score", "descending"), ("rank", "ascending"), ("name", "ascending")]
    best = found.sort_by(order).slice(0, max(0, limit))
    return tuple(_hit(row) for row in best.to_pylist())


def label_free(word: str) -> str:
    """A name without its line and without marks around it."""
    return str(table_of(word.strip("\"'`.,;:()")))  # type: ignore[arg-type]


Choice = dict[str, float]
"""A word and what else may stand for it, each with what it is worth."""


def _found(entries: pa.Table, wanted: Sequence[Choice]) -> pa.Table:
    """The entries that hold every word, with `score`, the mean of the words', and `matched`, the best word's field."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for choice in wanted:
        entries = entries.filter(_says(entries.column("text"), choice))
    if entries.num_rows == 0:
        return entries
    entries = entries if is_prepared(entries) else prepared(entries)
    scores = [reduce(_better, (_scores(entries, word, worth) for word, worth in choice.items())) for choice in wanted]
    everywhere = reduce(pc.and_, (pc.greater(score.points, 0) for score in scores))
    mean = pc.divide(reduce(pc.add, (score.points for score in scores)), float(len(scores)))
    if len(wanted) > 1:
        whole = pc.equal(entries.column("lower_leaf"), "_".join(next(iter(choice)) for choice in wanted))
        mean = pc.if_else(whole, float(EXACT), mean)
    fields = pc.take(pa.array(("name", *FIELDS)), reduce(_better, scores).field)
    return entries.append_column("score", mean).append_column("matched", fields).filter(everywhere)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one word for each entry: points (0 where it is not found), and the field they are for (0 is the name)."""

    points: Any
    field: Any


def _says(texts: Any, choice: Choice) -> Any:
    """Whether a text holds one of the words, anywhere; one search for all of them."""
    import pyarrow.compute as pc

    if len(choice) == 1:
        return pc.match_substring(texts, next(iter(choice)))
    return pc.match_substring_regex(texts, "|".join(map(re.escape, choice)))


def _better(one: Scores, other: Scores) -> Scores:
    import pyarrow.compute as pc

    better = pc.greater(other.points, one.points)
    return Scores(pc.if_else(better, other.points, one.points), pc.if_else(better, other.field, one.field))


def _scores(entries: pa.Table, word: str, worth: float) -> Scores:
    import pyarrow as pa
    import pyarrow.compute as pc

    points = _of_name(entries.column("lower_leaf"), entries.column("lower_path"), word)
    field, wanted = pa.scalar(0, pa.int8()), spaced(word)
    for number, name in enumerate(FIELDS, 1):
        found = pc.and_(pc.equal(points, 0), pc.match_substring(entries.column(f"{WORDS_OF}{name}"), wanted))
        points = pc.if_else(found, SCORES[name], points)
        field = pc.if_else(found, pa.scalar(number, pa.int8()), field)
    return Scores(pc.multiply(pc.cast(points, pa.float64()), worth), field)


def _of_name(leaf: Any, path: Any, word: str) -> Any:
    """Points for the name alone; a word with dots is compared with the end of the whole name."""
    import pyarrow.compute as pc

    if "." in word:
        whole = pc.or_(pc.equal(path, word), pc.ends_with(path, f".{word}"))
        return pc.if_else(whole, EXACT, pc.if_else(pc.match_substring(path, word), WORD_OF_NAME, 0))
    part = pc.match_substring(leaf, word) if len(word) > SHORT else pc.starts_with(leaf, word)
    begins = pc.match_substring_regex(leaf, f"(^|_){re.escape(word)}")
    within = pc.if_else(begins, WORD_OF_NAME, pc.if_else(part, PART_OF_NAME, 0))
    return pc.if_else(pc.equal(leaf, word), EXACT, pc.if_else(pc.starts_with(leaf, word), PREFIX, within))


Words = Callable[[tuple[str, ...]], set[str]]
"""Every word that is said in some fields."""


def _words(entries: pa.Table) -> Words:
    return lambda fields: _vocabulary(entries, fields)


def _kept_words(library: Library, whole: pa.Table) -> Words:
    return lambda fields: library.keep(f"words of {fields}", lambda: _vocabulary(whole, fields))


def _forgiven(said: Words, wanted: Sequence[str]) -> list[Choice]:
    """Each word with the words that are most like it, which count by their likeness: names, and only else descriptions."""
    known = said(("leaf", *NAMING))
    near = {word: alike(word, known) for word in wanted}
    if not all(near.values()):
        known = said(("description",))
        near = {word: found or alike(word, known) for word, found in near.items()}
    return [{word: 1.0} | {n: FORGIVEN * SequenceMatcher(None, word, n).ratio() for n in near[word]} for word in wanted]


NAMING = ("title", "tags", "people")


def _vocabulary(entries: pa.Table, fields: Sequence[str]) -> set[str]:
    """Every word that is said in these fields, once."""
    import pyarrow.compute as pc

    texts = pc.utf8_lower(pc.binary_join_element_wise(*map(entries.column, fields), " "))
    apart = pc.utf8_split_whitespace(pc.replace_substring(texts, "_", " "))
    said = pc.unique(pc.list_flatten(apart)).to_pylist()
    return {word for text in said for word in re.findall(r"[^\W_]+", text)}


def alike(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The words most like one, the closest first; a word of few letters has none."""
    if len(word) <= SHORT:
        return ()
    pairs = _pairs(word)
    near = [
        k
        for k in known
        if abs(len(k) - len(word)) <= max(1, len(word) // 3) and 2 * len(pairs & _pairs(k)) >= len(pairs) // 2
    ]
    rated = sorted(((SequenceMatcher(None, word, k).ratio(), k) for k in near), key=lambda found: (-found[0], found[1]))
    return tuple(k for ratio, k in rated[:most] if ratio >= ALIKE)


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(row["kind"], row["name"], row["title"], row["description"], round(row["score"], 1), row["matched"])
