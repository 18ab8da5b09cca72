"""Values that stand for none: words such as N/A, numbers such as 9999, days such as 1900-01-01."""

from __future__ import annotations

from weft.profile.ground import Ground, Held, numbers
from weft.profile.values import Frequent

WORDS = (
    "n/a", "#n/a", "na", "n.a.", "none", "null", "nil", "nan", "(null)", "<null>", "unknown", "unk", "unkn", "not known",
    "not available", "not applicable", "not specified", "not provided", "unspecified", "undefined", "missing", "blank",
    "(blank)", "empty", "no value", "no data", "tbd", "tba", "to be determined", "dummy", "test", "xx", "xxx", "xxxx",
    "xxxxx", "-", "--", "---", "?", "??", "???", ".", "..", "...", "*", "**", "#", "_", "/", "\\n",
)  # fmt: skip
"""What people write where they have nothing to write, in small letters."""
ALIKE = "9{4,}|0{4,}|1{5,}|8{5,}|[xX]{3,}"
DAYS = ("0001-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-01-01", "9999-12-31")  # fmt: skip
NINES = r"-?9{3,}(\.(0+|9+))?|-(1|9|99|11|111|1111)(\.0+)?"
FAR = 3.0
"""Spreads (IQR) outside the quartiles at which a number of nines is no measurement."""
MOST = 10


def look_at_placeholders(ground: Ground) -> None:
    """After quantiles: whether 9999 is a number hangs on the others."""
    words = ", ".join("'" + word + "'" for word in WORDS)
    texts, days = numbers(ground.of("text")), numbers(ground.of("moment"))
    conditions = [
        f"col IN ({texts}) AND (lower(trim(v)) IN ({words}) OR regexp_full_match(v, '{ALIKE}'))",
        f"col IN ({days}) AND left(v, 10) IN ({', '.join(repr(day) for day in DAYS)})",
        *(far for column in ground.of("number") if (far := _far(column, ground))),
    ]
    query = f"SELECT col, v, n FROM {ground.v} WHERE {' OR '.join(f'({one})' for one in conditions)} ORDER BY col, n DESC, v"
    for col, value, rows in ground.looking.rows(query):
        facts = ground.facts[col]
        facts["placeholders"] = facts.get("placeholders", 0) + rows
        if len(facts.get("placeholder_values", ())) < MOST:
            found = Frequent(ground.columns[col].value(value), rows)
            facts["placeholder_values"] = (*facts.get("placeholder_values", ()), found)


def _far(column: Held, ground: Ground) -> str:
    """The condition under which a number is made of nines, or is a negative of a column that has no others, and lies far from all else."""
    quartiles = {one.share: float(one.value) for one in ground.facts[column.at].get("quantiles", ())}
    if not quartiles:
        return ""
    low, high = quartiles[0.25], quartiles[0.75]
    far = FAR * max(high - low, abs(high) * 0.1, 1.0)
    number = "try_cast(v AS DOUBLE)"
    # A negative among numbers that are none: -1, -99.
    negative = f"{number} < 0 AND {low!r} > 0"
    outside = f"({number} > {high + far!r} OR {number} < {low - far!r} OR ({negative}))"
    return f"col = {column.at} AND regexp_full_match(v, '{NINES}') AND {outside}"
