"""What type texts have: the narrowest that all of them fit, by the same exact casts that they will arrive through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from weft.names import unaccented
from weft.product.contract import Column
from weft.sources.casting import cast_of, literal
from weft.sources.options import Options

NULL_WORDS = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "nan", "NaN", "\\N", "-", "--", "?", ".", "missing")
DATE_FORMATS = ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%b-%Y")
SCALE = 6
"""Decimals of one scale up to this are amounts; others are measurements, and floating."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A type, and the one date format that it needs, if any."""

    type: str
    date_format: str = ""


def candidates(value: str, options: Options) -> list[tuple[Guess, str]]:
    """Guesses from narrow to wide, each with the aggregate that is true where all values of a column fit."""
    words = ", ".join(literal(word) for word in options.nulls)
    said = f"CASE WHEN {value} NOT IN ({words}) THEN {value} END"
    found = [(Guess("BOOLEAN"), f"regexp_full_match({said}, '(?i)true|false')")]
    # What begins with a zero is a code, not a number.
    code = f"regexp_full_match({said}, '[+-]?0[0-9].*')"
    found.append((Guess("BIGINT"), f"NOT {code} AND NOT contains({said}, '.') AND {_fits('BIGINT', value, options)}"))
    point = re.escape(options.decimal)
    for scale in range(1, SCALE + 1):
        digits = f"regexp_full_match({said}, '[+-]?[0-9]{{1,12}}{point}[0-9]{{{scale}}}')"
        found.append((Guess(f"DECIMAL(18,{scale})"), f"NOT {code} AND {digits}"))
    found.append(
        (
            Guess("DOUBLE"),
            f"NOT regexp_full_match({said}, '[+-]?0[0-9]+|.*[a-df-zA-DF-Z].*') AND {_fits('DOUBLE', value, options)}",
        )
    )
    found.append((Guess("DATE"), f"length({said}) <= 10 AND {_fits('DATE', value, options)}"))
    found += [(Guess("DATE", date), _fits("DATE", value, replace(options, date_format=date))) for date in DATE_FORMATS]
    zoned = f"regexp_full_match({said}, '.*[0-9](Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)')"
    found.append(
        (Guess("TIMESTAMP WITH TIME ZONE"), f"length({said}) > 10 AND {zoned} AND {_fits('TIMESTAMP', value, options)}")
    )
    found.append((Guess("TIMESTAMP"), f"length({said}) > 10 AND NOT {zoned} AND {_fits('TIMESTAMP', value, options)}"))
    found.append((Guess("TIME"), f"contains({said}, ':') AND {_fits('TIME', value, options)}"))
    return [
        (guess, f"coalesce(bool_and({condition}) FILTER ({said} IS NOT NULL), false)") for guess, condition in found
    ]


def _fits(type_: str, value: str, options: Options) -> str:
    return f"NOT ({cast_of(Column('x', type_), options).unfitting(value)})"


def guess(fitting: Sequence[tuple[Guess, bool]]) -> Guess:
    """The narrowest guess that holds, else text."""
    return next((one for one, holds in fitting if holds), Guess("VARCHAR"))


def safe_name(physical: str, taken: set[str]) -> str:
    """A column's name from what the source calls it: lower case, words joined by '_', unlike any taken."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", unaccented(physical)).lower())
    name = "_".join(words) or "column"
    name = f"c_{name}" if name[0].isdigit() else name
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found
