"""What a word is worth in each entry that says it, and what all words are worth together; over whole Arrow columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.query.wordbook import PLACES, Wordbook
from weft.query.wording import SHORT

if TYPE_CHECKING:
    import pyarrow as pa

EXACT, PREFIX, WORD_OF_NAME, BEGINS_WORD_OF_NAME, PART_OF_NAME = 100.0, 80.0, 60.0, 55.0, 50.0
SAID = {"title": 45.0, "tags": 40.0, "path": 30.0, "columns": 28.0, "people": 25.0, "description": 20.0}
BEGINS = 0.9
"""A word that only begins so counts so much of the word itself."""
WHOLE = (EXACT, WORD_OF_NAME, *SAID.values())
BEGUN = (PREFIX, BEGINS_WORD_OF_NAME, *(points * BEGINS for points in SAID.values()))
WITHIN = (PART_OF_NAME, PART_OF_NAME, *(0.0 for _ in SAID))
"""Points by place: of a word, of its beginning, and of a part of it."""
MOST_WITHIN = 300
FINE = 100
STEPS = 16
"""Points and place are one number while the best is sought: `FINE` steps a point, then the place, the better one higher."""


@dataclass(frozen=True, slots=True)
class Sought:
    """One word that was typed: what it may stand for, each with its worth, and its weight among the others."""

    word: str
    choice: Mapping[str, float]
    weight: float = 1.0


def found(book: Wordbook, names: Any, one: Sought) -> pa.Table:
    """`entry` and `best` (points and place) of what says a word; `names` are the entries' whole names."""
    import pyarrow as pa

    told = [part for word, worth in one.choice.items() for part in _told(book, names, (word, worth))]
    if not told:
        return pa.table({"entry": pa.array([], pa.int32()), "best": pa.array([], pa.int64())})
    best = pa.concat_tables(told).group_by("entry", use_threads=False).aggregate([("best", "max")])
    return best.select(["entry", "best_max"]).rename_columns(["entry", "best"])


def _told(book: Wordbook, names: Any, chosen: tuple[str, float]) -> list[pa.Table]:
    word, worth = chosen
    if "." in word:
        return _by_path(names, word, worth)
    begun = book.beginning(word)
    whole = range(begun.start, begun.start + int(book.number(word) is not None))
    rest = range(whole.stop, begun.stop)
    told = [_rated(book.of(part), points, worth) for part, points in ((whole, WHOLE), (rest, BEGUN)) if part]
    if len(word) > SHORT:
        within = [number for number in book.holding(word) if number not in begun][:MOST_WITHIN]
        told += [_rated(book.of(range(number, number + 1)), WITHIN, worth) for number in within]
    return told


def _rated(places: pa.Table, points: Sequence[float], worth: float) -> pa.Table:
    """What each place is worth; what is worth nothing is left out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = pa.array([_code(one * worth, place) for place, one in enumerate(points)], pa.int64())
    rated = pa.table({"entry": places.column("entry"), "best": pc.take(codes, places.column("place"))})
    return rated if all(points) else rated.filter(pc.greater_equal(rated.column("best"), STEPS))


def _code(points: float, place: int) -> int:
    return int(points * FINE) * STEPS + STEPS - 1 - place if points else 0


def _by_path(names: Any, word: str, worth: float) -> list[pa.Table]:
    """A word with dots is compared with the end of the whole name, and else looked for in it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pc.or_(pc.equal(names, word), pc.ends_with(names, f".{word}"))
    codes = pc.if_else(whole, _code(EXACT * worth, 0), _code(WORD_OF_NAME * worth, 0))
    says = pc.match_substring(names, word)
    told = pa.table({"entry": pa.array(range(len(names)), pa.int32()), "best": codes}).filter(says)
    return [told] if told.num_rows else []


def together(sought: Sequence[Sought], parts: Sequence[pa.Table]) -> pa.Table:
    """`entry`, `points` (the weighed mean), `said` (of the nth word the nth bit) and `place` (of the best word)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    weighed = []
    for number, (one, part) in enumerate(zip(sought, parts, strict=True)):
        points = pc.multiply(pc.cast(pc.divide(part.column("best"), STEPS), pa.float64()), one.weight / FINE)
        bit = pa.repeat(pa.scalar(1 << number, pa.int64()), part.num_rows)
        weighed.append(part.append_column("points", points).append_column("said", bit))
    sums = [("points", "sum"), ("said", "sum"), ("best", "max")]
    whole = pa.concat_tables(weighed).group_by("entry", use_threads=False).aggregate(sums)
    mean = pc.divide(whole.column("points_sum"), sum(one.weight for one in sought))
    best = whole.column("best_max")
    place = pc.subtract(STEPS - 1, pc.subtract(best, pc.multiply(pc.divide(best, STEPS), STEPS)))
    return pa.table({"entry": whole.column("entry"), "points": mean, "said": whole.column("said_sum"), "place": place})


def exactly(table: pa.Table, book: Wordbook, leaf: str, all_said: int) -> pa.Table:
    """Where several words are one name (`mean delay` is `mean_delay`), it is as if the name had been typed."""
    import pyarrow.compute as pc

    number = book.number(leaf)
    if number is None or "_" not in leaf:
        return table
    places = book.of(range(number, number + 1))
    named = places.filter(pc.equal(places.column("place"), PLACES.index("leaf"))).column("entry")
    is_it = pc.is_in(table.column("entry"), named.combine_chunks())
    for column, value in (("points", EXACT), ("said", all_said), ("place", 0)):
        at = table.schema.get_field_index(column)
        table = table.set_column(at, column, pc.if_else(is_it, value, table.column(column)))
    return table
