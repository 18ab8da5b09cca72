"""Values that stand for none: words such as N/A, numbers such as 9999, days such as 1900-01-01."""

from __future__ import annotations

from typing import Any

from weft.profile.ground import Ground, numbers
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
OFTEN = 2.0
"""Times the rows that a value has on the average."""
FAR = 3.0
"""Spreads (IQR) outside the quartiles at which a number of nines is no measurement."""
MOST = 10


def look_at_placeholders(ground: Ground) -> None:
    """After quantiles: whether 9999 is a number hangs on the others."""
    words = ", ".join("'" + word + "'" for word in WORDS)
    days = ", ".join(repr(day) for day in DAYS)
    query = f"""SELECT col, v, n FROM {ground.v} WHERE CASE
        WHEN col IN ({numbers(ground.of("text"))}) THEN lower(trim(v)) IN ({words}) OR regexp_full_match(v, '{ALIKE}')
        WHEN col IN ({numbers(ground.of("moment"))}) THEN left(v, 10) IN ({days})
        WHEN col IN ({numbers(ground.of("number"))}) THEN contains('-9', left(v, 1)) AND regexp_full_match(v, '{NINES}') END
        ORDER BY col, n DESC, v"""
    for col, value, rows in ground.looking.rows(query):
        facts = ground.facts[col]
        found = Frequent(ground.columns[col].value(value), rows)
        if _is_one(found, facts, ground):
            facts["placeholders"] = facts.get("placeholders", 0) + rows
            facts["placeholder_values"] = (*facts.get("placeholder_values", ()), found)[:MOST]


def _is_one(found: Frequent, facts: dict[str, Any], ground: Ground) -> bool:
    """A word always is; digits that are all alike are where they are there more often than others; a number, where it is far off."""
    if not isinstance(found.value, str):
        return _is_far(float(found.value or 0), facts)
    if not found.value.isdigit():
        return True
    return bool(found.rows > OFTEN * ground.sampled / max(facts["distinct"], 1))


def _is_far(number: float, facts: dict[str, Any]) -> bool:
    """Whether a number of nines lies far from all else, or is a negative one where others are none: -1, -99."""
    quantiles = {one.share: float(one.value) for one in facts.get("quantiles", ())}
    if not quantiles:
        return False
    low, high = quantiles[0.25], quantiles[0.75]
    far = FAR * max(high - low, abs(high) * 0.1, 1.0)
    return number > high + far or number < low - far or number < 0 < low
