"""How texts are written: case, blanks, quotes, hidden characters, numbers and dates in disguise. Each fact is one condition on a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weft.profile.ground import Ground, numbers, shortened
from weft.profile.values import TextFacts

EXAMPLES = 3
NUMBER = r"\s*[-+(]?[$€£¥]?\s*([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?([eE][-+]?[0-9]+)?\s*[%)]?\s*"
DATE_SHAPE = r"\s*([0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{1,2}[- ][A-Za-z]{3,9}[- ,]+[0-9]{2,4}|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4})([T ].*)?\s*"
DATE_FORMATS = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%m/%d/%y",
    "%m-%d-%Y",
)
ISO = DATE_FORMATS[0]
PUNCTUATION = r"[^\pL\pN]+"
"""What does not count where two values are compared for being the same written differently."""

CONDITIONS: dict[str, str] = {
    "upper": "upper(v) = v AND lower(v) <> v",
    "lower": "lower(v) = v AND upper(v) <> v",
    "mixed": "lower(v) <> v AND upper(v) <> v",
    "leading_blanks": r"regexp_matches(v, '^[\s\x{A0}]')",
    "trailing_blanks": r"regexp_matches(v, '[\s\x{A0}]$')",
    "odd_blanks": r"regexp_matches(v, '[\x{A0}\x{1680}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]')",
    "quoted": r"regexp_full_match(v, '(?s)\s*(\".*\"|''.*''|`.*`|“.*”|‘.*’|«.*»)\s*')",
    "non_printing": r"regexp_matches(v, '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\x{AD}\x{200B}-\x{200F}\x{2028}\x{2029}\x{FEFF}\x{FFFD}]')",
    "delimiters": r"regexp_matches(v, '[\t\n\r|;]')",
    "non_ascii": "strlen(v) <> length(v)",
    "with_letters": r"regexp_matches(v, '\pL')",
    "with_digits": "regexp_matches(v, '[0-9]')",
    "numbers": f"regexp_full_match(v, '{NUMBER}') AND regexp_matches(v, '[0-9]')",
    "zero_led": "regexp_full_match(v, '0[0-9]+')",
}
"""Field of TextFacts to the condition, in SQL, that is true of a value `v`."""
SHOWN = (
    "leading_blanks",
    "trailing_blanks",
    "odd_blanks",
    "quoted",
    "non_printing",
    "delimiters",
    "numbers",
    "with_digits",
)
"""Of these, examples are wanted."""


def look_at_texts(ground: Ground) -> None:
    columns = {column.at: column for column in ground.of("text")}
    if not columns:
        return
    # Each condition once: it is counted, and shown.
    asked = ", ".join(f"({condition}) AS {name}" for name, condition in CONDITIONS.items())
    values = f"SELECT col, v, n, k, length(v) AS l, {asked} FROM {_written(ground)}"
    counted = ", ".join(f"coalesce(sum(n) FILTER ({name}), 0)" for name in CONDITIONS)
    seen = ", ".join(f"arg_max(v, k, {EXAMPLES}) FILTER ({name})" for name in SHOWN)
    lengths = "sum(n), min(l), max(l), sum(n * l) / sum(n)"
    rows = ground.looking.rows(f"SELECT col, {lengths}, {counted}, {seen} FROM ({values}) GROUP BY col")
    dates, variants, cut = _dates(ground), _variants(ground), _cut_off(ground)
    alike = _alike(ground, variants)
    for col, looked, shortest, longest, mean, *rest in rows:
        counts: dict[str, Any] = dict(zip(CONDITIONS, map(int, rest), strict=False))
        counts |= dates.get(col, {}) | variants.get(col, {})
        text = TextFacts(int(looked), shortest, longest, float(mean), **counts, truncated=cut.get(col, 0))
        examples = dict(zip(SHOWN, rest[len(CONDITIONS) :], strict=True)) | {"variants": alike.get(col)}
        told = {name: tuple(map(shortened, values)) for name, values in examples.items() if values}
        ground.facts[col].update(text=text, examples=told)


def _written(ground: Ground) -> str:
    """Values that are neither empty nor blank."""
    return f"(FROM {ground.v} WHERE col IN ({numbers(ground.of('text'))}) AND trim(v) <> '')"


def _dates(ground: Ground) -> dict[int, dict[str, Any]]:
    """How many read as dates, and by which way of writing most do."""
    tried = {form: f"try_strptime(trim(v), '{form}') IS NOT NULL" for form in DATE_FORMATS}
    tried[ISO] = r"try_cast(v AS TIMESTAMP) IS NOT NULL AND regexp_matches(v, '^\s*[0-9]{4}-')"
    counted = ", ".join(f"coalesce(sum(n) FILTER ({condition}), 0)" for condition in tried.values())
    either = " OR ".join(f"({condition})" for condition in tried.values())
    shaped = f"(FROM {_written(ground)} WHERE length(v) BETWEEN 6 AND 40 AND regexp_full_match(v, '{DATE_SHAPE}'))"
    query = f"SELECT col, coalesce(sum(n) FILTER ({either}), 0), {counted} FROM {shaped} GROUP BY col"
    found = {}
    for col, dates, *ways in ground.looking.rows(query):
        most = max(range(len(ways)), key=ways.__getitem__)
        if dates:
            found[col] = {"dates": int(dates), "date_format": DATE_FORMATS[most], "iso": int(ways[0])}
    return found


PLAIN = f"lower(regexp_replace(strip_accents(v), '{PUNCTUATION}', '', 'g'))"


def _variants(ground: Ground) -> dict[int, dict[str, Any]]:
    """Values that are the same as a more frequent one but for case, blanks and punctuation."""
    grouped = (
        f"SELECT col, {PLAIN} AS p, count(*) AS d, sum(n) - max(n) AS less FROM {_written(ground)} GROUP BY col, p"
    )
    rows = ground.looking.rows(
        f"SELECT col, sum(d - 1), sum(less) FROM ({grouped}) WHERE d > 1 AND p <> '' GROUP BY col"
    )
    return {col: {"variants": int(d), "variant_rows": int(less)} for col, d, less in rows}


def _alike(ground: Ground, columns: Iterable[int]) -> dict[int, list[str]]:
    """Of each column that has some, the two values that differ in writing alone and are in most rows."""
    if not (wanted := ", ".join(map(str, columns))):
        return {}
    grouped = f"SELECT col, {PLAIN} AS p, arg_max(v, k, 2) AS two, max(k) + sum(n) AS n FROM {ground.v} WHERE col IN ({wanted}) GROUP BY col, p"
    rows = ground.looking.rows(
        f"SELECT col, arg_max(two, n) FROM ({grouped}) WHERE len(two) > 1 AND p <> '' GROUP BY col"
    )
    return dict(rows)


def _cut_off(ground: Ground) -> dict[int, int]:
    """Rows at the longest length, where distinct values heap up there and are few just below: a limit cut them."""
    query = f"SELECT col, length(v) AS l, count(*), sum(n) FROM {_written(ground)} GROUP BY col, l ORDER BY col, l DESC"
    lengths: dict[int, list[tuple[int, int, int]]] = {}
    for col, length, distinct, rows in ground.looking.rows(query):
        lengths.setdefault(col, []).append((length, distinct, int(rows)))
    return {col: found[0][2] for col, found in lengths.items() if _is_cut(found)}


FEWEST_CUT, SHORTEST_CUT, HEAPED = 5, 15, 3
"""Distinct values at the limit, letters that it has at least, and how many times more end there than at each of the lengths below."""


def _is_cut(lengths: list[tuple[int, int, int]]) -> bool:
    longest, distinct, _ = lengths[0]
    below = [count for length, count, _ in lengths[1:5] if longest - length <= 4]
    return (
        len(lengths) > FEWEST_CUT
        and longest >= SHORTEST_CUT
        and distinct >= FEWEST_CUT
        and distinct > HEAPED * max(below, default=0)
    )
