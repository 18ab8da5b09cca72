"""Measures as levels, from the same to something else: what Splink weighs, in our words, with what is taken before anything is learnt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.core_data.wording import short_of, value_of
from weft.product.core_data import Comparison, CoreData, Measure

if TYPE_CHECKING:
    from splink.internals.comparison_library import CustomComparison


@dataclass(frozen=True, slots=True)
class Level:
    """`condition` is SQL over the columns of both sides; `m` and `u` are how often two records of one, and two at random, are expected in it."""

    words: str
    condition: str
    m: float
    u: float
    is_same: bool = False


def levels_of(comparison: Comparison) -> tuple[Level, ...]:
    """The levels of a comparison, the surest first, the last for all else; that a side has no value is none of them."""
    return MEASURES[comparison.measure](comparison)


def said_by(comparison: Comparison) -> tuple[str, ...]:
    """Every field that a comparison looks at."""
    return (
        *comparison.fields,
        *comparison.alternatives,
        *([comparison.exchanged_with] if comparison.exchanged_with else []),
    )


def nothing_known(comparison: Comparison) -> str:
    """SQL of whether a side has nothing to compare."""
    if comparison.measure != "place":
        value = value_of(comparison.fields[0])
        return f"{value}_l IS NULL OR {value}_r IS NULL"
    sides = [
        " OR ".join(f"({value_of(field)}_l IS NULL OR {value_of(field)}_r IS NULL)" for field in [one])
        for one in comparison.fields[1:]
    ]
    return " AND ".join(f"({side})" for side in sides)


def splink_comparison(at: int, comparison: Comparison, weights: Mapping[str, tuple[float, float]]) -> CustomComparison:
    """A comparison as Splink takes it, under the name `c` and its place; `weights` are m and u by level, nothing where none are learnt."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    found = levels_of(comparison)
    creators: list[Any] = [levels.CustomLevel(nothing_known(comparison), "not filled").configure(is_null_level=True)]
    for level in found:
        creator: Any = levels.ElseLevel() if level.condition == "ELSE" else levels.CustomLevel(level.condition)
        m, u = weights.get(level.words, (None, None))
        creator = creator.configure(label_for_charts=level.words, m_probability=m, u_probability=u)
        if level.is_same and comparison.by_frequency:
            creator = creator.configure(
                tf_adjustment_column=value_of(comparison.fields[0]), disable_tf_exact_match_detection=True
            )
        creators.append(creator)
    return comparisons.CustomComparison(output_column_name=f"c{at}", comparison_levels=creators)


def splink_comparisons(
    core: CoreData, weights: Mapping[str, Mapping[str, tuple[float, float]]]
) -> list[CustomComparison]:
    return [splink_comparison(at, one, weights.get(one.name, {})) for at, one in enumerate(core.comparisons)]


def _both(field: str) -> tuple[str, str]:
    return f"{value_of(field)}_l", f"{value_of(field)}_r"


def _same(comparison: Comparison, m: float, u: float) -> Level:
    left, right = _both(comparison.fields[0])
    return Level("the same", f"{left} = {right}", m, u, is_same=True)


def _otherwise(m: float, u: float) -> Level:
    return Level("something else", "ELSE", m, u)


def _alternatives(comparison: Comparison, m: float, u: float) -> list[Level]:
    left, right = _both(comparison.fields[0])
    found = []
    for other in comparison.alternatives:
        other_left, other_right = _both(other)
        found.append(Level(f"the other's {other}", f"{left} = {other_right} OR {right} = {other_left}", m, u))
    return found


def _exact(comparison: Comparison) -> tuple[Level, ...]:
    return (_same(comparison, 0.9, 0.1), *_alternatives(comparison, 0.01, 0.01), _otherwise(0.1, 0.9))


def _name(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    part = (
        f"(length({left}) >= 4 AND length({right}) >= 4 AND (contains(' ' || {left} || ' ', ' ' || {right} || ' ') "
        f"OR contains(' ' || {right} || ' ', ' ' || {left} || ' ')))"
    )
    return (
        _same(comparison, 0.88, 0.001),
        *_alternatives(comparison, 0.02, 0.0005),
        Level("one is a part of the other", part, 0.02, 0.0002),
        Level("but for a letter", f"jaro_winkler_similarity({left}, {right}) >= 0.92", 0.05, 0.001),
        Level("alike", f"jaro_winkler_similarity({left}, {right}) >= 0.85", 0.01, 0.01),
        _otherwise(0.02, 0.988),
    )


def _given_name(comparison: Comparison) -> tuple[Level, ...]:
    field = comparison.fields[0]
    left, right = _both(field)
    exchanged = []
    if comparison.exchanged_with:
        other_left, other_right = _both(comparison.exchanged_with)
        exchanged.append(
            Level(
                f"the other's {comparison.exchanged_with}",
                f"{left} = {other_right} OR {right} = {other_left}",
                0.02,
                0.001,
            )
        )
    begins = f"(length({left}) >= 3 AND length({right}) >= 3 AND (starts_with({left}, {right}) OR starts_with({right}, {left})))"
    short = f"list_has_any({short_of(field)}_l, {short_of(field)}_r)"
    return (
        _same(comparison, 0.88, 0.005),
        *_alternatives(comparison, 0.02, 0.001),
        *exchanged,
        Level("a short form", f"{short} OR {begins}", 0.04, 0.002),
        Level("but for a letter", f"jaro_winkler_similarity({left}, {right}) >= 0.9", 0.03, 0.002),
        Level("the same initial", f"left({left}, 1) = left({right}, 1)", 0.02, 0.07),
        _otherwise(0.02, 0.92),
    )


def _text(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    return (
        _same(comparison, 0.8, 0.01),
        *_alternatives(comparison, 0.02, 0.005),
        Level("but for a letter", f"jaro_winkler_similarity({left}, {right}) >= 0.92", 0.08, 0.005),
        Level("alike", f"jaro_winkler_similarity({left}, {right}) >= 0.8", 0.05, 0.05),
        _otherwise(0.07, 0.935),
    )


def _place(comparison: Comparison) -> tuple[Level, ...]:
    """Street, zip, city, state, in this order."""
    (street, street_), (zip5, zip5_), (city, city_), (state, state_) = (_both(field) for field in comparison.fields)
    number = f"regexp_extract({street}, '^\\d+') <> '' AND regexp_extract({street}, '^\\d+') = regexp_extract({street_}, '^\\d+')"
    town = f"{city} = {city_} AND {state} = {state_}"
    return (
        Level("the same street", f"{street} = {street_} AND ({zip5} = {zip5_} OR ({town}))", 0.5, 0.00002),
        Level("the same number of a street", f"{number} AND ({zip5} = {zip5_} OR ({town}))", 0.1, 0.00001),
        Level("the same zip", f"{zip5} = {zip5_}", 0.15, 0.0005),
        Level("the same city", town, 0.08, 0.002),
        Level("the same area", f"left({zip5}, 3) = left({zip5_}, 3)", 0.06, 0.005),
        Level("the same state", f"{state} = {state_}", 0.06, 0.04),
        _otherwise(0.05, 0.95),
    )


def _initial(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    short = f"left({left}, 1) = left({right}, 1) AND (length({left}) = 1 OR length({right}) = 1)"
    return (
        Level("the same", f"{left} = {right} AND length({left}) > 1", 0.45, 0.005, is_same=True),
        Level("the same initial, and no more", short, 0.48, 0.06),
        Level("another name of one initial", f"left({left}, 1) = left({right}, 1)", 0.02, 0.05),
        _otherwise(0.05, 0.885),
    )


def _date(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    texts = f"CAST({left} AS VARCHAR), CAST({right} AS VARCHAR)"
    swapped = f"year({left}) = year({right}) AND month({left}) = day({right}) AND day({left}) = month({right})"
    return (
        _same(comparison, 0.9, 0.0001),
        Level("day and month exchanged", swapped, 0.01, 0.00005),
        Level("but for a digit", f"damerau_levenshtein({texts}) <= 1", 0.05, 0.002),
        Level("but for two digits", f"damerau_levenshtein({texts}) <= 2", 0.02, 0.02),
        _otherwise(0.02, 0.978),
    )


def _identifier(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    return (
        _same(comparison, 0.95, 0.00001),
        *_alternatives(comparison, 0.01, 0.00001),
        Level("but for a character", f"damerau_levenshtein({left}, {right}) <= 1", 0.02, 0.00005),
        Level("but for two characters", f"damerau_levenshtein({left}, {right}) <= 2", 0.01, 0.0005),
        _otherwise(0.02, 0.9994),
    )


def _prefix(comparison: Comparison) -> tuple[Level, ...]:
    left, right = _both(comparison.fields[0])
    begins = f"starts_with({left}, {right}) OR starts_with({right}, {left})"
    return (
        _same(comparison, 0.7, 0.05),
        Level("one begins with the other", begins, 0.1, 0.01),
        Level("the same beginning", f"left({left}, 4) = left({right}, 4)", 0.1, 0.05),
        _otherwise(0.1, 0.89),
    )


MEASURES: Mapping[Measure, Callable[[Comparison], tuple[Level, ...]]] = {
    "exact": _exact, "name": _name, "given_name": _given_name, "text": _text, "place": _place, "initial": _initial, "date": _date,
    "identifier": _identifier, "prefix": _prefix,
}  # fmt: skip
