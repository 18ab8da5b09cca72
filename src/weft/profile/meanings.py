"""What values are in the world: each meaning is one row of what its values look like, what its column is called, and what it tells of a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from weft.profile.ground import Ground, Held, numbers
from weft.profile.sampling import HASHES
from weft.profile.values import Family, Meaning, Personal

VALUES = 500
"""Distinct values of a column that are looked at, chosen by the seed."""
NOTHING = "'unknown', 'n/a', 'na', 'none', 'null', '-', '--', '?'"
"""What stands for nothing has no meaning."""
STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO",
    "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
    "DC", "PR", "VI", "GU", "AS", "MP", "FM", "MH", "PW", "AA", "AE", "AP",
)  # fmt: skip
STATE_NAMES = (
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida", "georgia", "hawaii", "idaho", "illinois",
    "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri",
    "montana", "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "new york", "north carolina", "north dakota", "ohio", "oklahoma",
    "oregon", "pennsylvania", "rhode island", "south carolina", "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "washington",
    "west virginia", "wisconsin", "wyoming", "district of columbia", "puerto rico",
)  # fmt: skip
CURRENCIES = (
    "USD", "EUR", "GBP", "JPY", "CHF", "CNY", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "NZD", "TRY", "ILS",
)  # fmt: skip
GENDERS = (
    "m",
    "f",
    "x",
    "u",
    "o",
    "male",
    "female",
    "man",
    "woman",
    "other",
    "unknown",
    "nonbinary",
    "non-binary",
    "diverse",
    "d",
    "w",
)
EMAIL = r"[A-Za-z0-9._%+''-]+@([A-Za-z0-9](-*[A-Za-z0-9])*\.)+[A-Za-z]{2,24}"
PHONE = r"(\+[0-9]{1,3}[ .-]?)?(\([0-9]{2,4}\) ?|[0-9]{2,4}[ .-])[0-9]{3,4}[ .-]?[0-9]{3,4}( ?(x|ext\.?) ?[0-9]{1,5})?|\+[0-9]{8,15}"
STREET = r"(?i)([0-9]+[A-Z]?(-[0-9]+)?|one|two|p\.? ?o\.? box)\b.*\b(st|street|ave?|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|pl|place|pkwy|parkway|way|hwy|highway|cir|circle|ter|terrace|sq|square|suite|ste|box|trl|loop|plaza|plz|fl|floor|unit|route|rte|broadway|straße|strasse|weg|platz)\b.*"
NAME = r"(?i)\p{L}[\p{L}''’. -]*(, ?\p{L}[\p{L}''’. -]*)?"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _digits(count: int) -> str:
    return f"regexp_full_match(x, '[0-9]{{{count}}}')"


def luhn(text: str) -> str:
    """The condition that the digits of a text pass the check that Luhn thought of. Source: ISO/IEC 7812-1, annex B."""
    digits = f"list_transform(range(1, length({text}) + 1), lambda i: CAST(substr({text}, length({text}) - i + 1, 1) AS INTEGER) * (2 - i % 2))"
    return f"list_sum(list_transform({digits}, lambda d: CASE WHEN d > 9 THEN d - 9 ELSE d END)) % 10 = 0"


PREFIXED = "('80840' || x)"
"""Of health care in the United States. Source: CMS, NPI check digit."""
NPI = f"CASE WHEN regexp_full_match(x, '[12][0-9]{{9}}') THEN {luhn(PREFIXED)} ELSE false END"
CARD = f"CASE WHEN regexp_full_match(x, '[3-6][0-9]{{12,18}}') THEN {luhn('x')} ELSE false END"


@dataclass(frozen=True, slots=True)
class Kind:
    """`condition` is true of a value `x` that may be one. `named` is what columns are called that hold it, by words.

    `share` of the values must be such where the column is called so, `alone` where it is not; 2 is never.
    """

    meaning: Meaning
    condition: str
    named: str
    share: float = 0.8
    alone: float = 2.0
    families: tuple[Family, ...] = ("text",)
    personal: Personal = "none"
    fewest: int = 1
    """Distinct values that it takes where the column is not called so."""


KINDS: tuple[Kind, ...] = (
    Kind("e-mail", f"regexp_full_match(x, '{EMAIL}')", r"e_?mails?|mail", 0.5, 0.8, personal="likely"),
    Kind("us-ssn", r"regexp_full_match(x, '[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}') OR (NOT contains(x, '-') AND " + _digits(9) + ")", r"ssn|social_security.*", 0.7, 2, ("text", "number"), "sensitive"),
    Kind("us-ssn", "regexp_full_match(x, '[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}')", r"", 2, 0.9, personal="sensitive", fewest=3),
    Kind("credit-card", f"{CARD}", r"(credit_)?card(_no|_num|_number)?|pan|cc_?num(ber)?", 0.6, 0.95, ("text", "number"), "sensitive", 10),
    Kind("npi", NPI, r"(.*_)?npi", 0.5, 0.95, ("text", "number"), "possible", 10),
    Kind("url", r"regexp_full_match(x, '(?i)(https?|ftp)://\S+|www\.\S+\.\S+')", r"url|uri|link|web_?site|homepage", 0.5, 0.8),
    Kind("uuid", "regexp_full_match(x, '(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}')", r"uuid|guid", 0.5, 0.9, ("text", "other")),
    Kind("ip-address", r"regexp_full_match(x, '((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])')", r"ip|ip_addr(ess)?", 0.5, 0.95, personal="possible", fewest=2),
    Kind("coordinates", r"regexp_full_match(x, '-?[0-9]{1,2}\.[0-9]+ ?[,;/ ] ?-?[0-9]{1,3}\.[0-9]+')", r"coord.*|geo|location|lat_?lon.*", 0.6, 0.9, personal="possible"),
    Kind("latitude", "try_cast(x AS DOUBLE) BETWEEN -90 AND 90", r"lat(itude)?|.*_lat(itude)?", 0.9, 2, ("number", "text"), "possible"),
    Kind("longitude", "try_cast(x AS DOUBLE) BETWEEN -180 AND 180", r"lon(g|gitude)?|lng|.*_(lon|lng|longitude)", 0.9, 2, ("number", "text"), "possible"),
    Kind("phone", f"regexp_full_match(x, '{PHONE}') OR regexp_full_match(x, '1?[2-9][0-9]{{9}}')", r"(.*_)?(phone|tel|fax|mobile|cell)(_?(no|num|number|nr))?|telephone.*|phone.*", 0.5, 2, ("text", "number"), "likely"),
    Kind("phone", f"regexp_full_match(x, '{PHONE}') AND length(regexp_replace(x, '[^0-9]', '', 'g')) BETWEEN 10 AND 15", "", 2, 0.85, personal="likely", fewest=5),
    Kind("zip", r"regexp_full_match(x, '[0-9]{5}([- ]?[0-9]{4})?') OR regexp_full_match(x, '[0-9]{3,4}')", r"(.*_)?(zip|postal|postcode|plz)(_?code)?(_?[45])?", 0.6, 2, ("text", "number")),
    Kind("zip", "regexp_full_match(x, '[0-9]{5}-[0-9]{4}')", "", 2, 0.7, fewest=5),
    Kind("us-state", f"x IN ({_listed(STATES)}) OR lower(x) IN ({_listed(STATE_NAMES)})", r"(.*_)?(state|st|province)(_?(name|code|abbr))?", 0.5, 0.95, fewest=4),
    Kind("country", r"regexp_full_match(x, '[A-Z]{2,3}') OR regexp_full_match(x, '\pL[\pL .,''-]{3,}')", r"(.*_)?(country|nation)(_?(name|code|iso))?(_.*)?", 0.8, 2),
    Kind("icd-10", r"regexp_full_match(x, '[A-TV-Z][0-9][0-9AB](\.?[0-9A-TV-Z]{1,4})?')", r".*(icd|diag|dx)(_?10)?.*", 0.7, 2),
    Kind("icd-10", r"regexp_full_match(x, '[A-TV-Z][0-9][0-9AB](\.[0-9A-TV-Z]{1,4})?') AND contains(x, '.')", "", 2, 0.6, fewest=5),
    Kind("ndc", r"regexp_full_match(x, '[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}') OR regexp_full_match(x, '[0-9]{10,11}')", r".*ndc.*", 0.6, 2, ("text", "number")),
    Kind("ndc", r"regexp_full_match(x, '[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}') AND length(x) BETWEEN 12 AND 13", "", 2, 0.95, fewest=5),
    Kind("currency", f"x IN ({_listed(CURRENCIES)})", r"(.*_)?(currency|curr|ccy)(_?code)?", 0.7, 0.98, fewest=3),
    Kind("currency", r"regexp_full_match(x, '[-+(]?[$€£¥] ?[0-9][0-9,]*(\.[0-9]+)?\)?')", r".*", 0.8),
    Kind("currency", "try_cast(x AS DOUBLE) IS NOT NULL", r"(.*_)?(total_|unit_)?(amount|price|cost|premium|fee|salary|revenue|usd|us_?dollars|usdollars|payment|balance|charge|eur)(_(usd|eur))?", 0.95, 2, ("number",)),
    Kind("gender", f"lower(x) IN ({_listed(GENDERS)})", r"(.*_)?(gender|sex|gndr)(_?code)?", 0.9, 2, personal="possible"),
    Kind("birth-date", "true", r"(.*_)?(birth|dob|born).*", 0.9, 2, ("moment",), "likely"),
    Kind("birth-date", "try_cast(x AS DATE) IS NOT NULL OR regexp_full_match(x, '[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}')", r"(.*_)?(birth(_?da(te|y))|dob|date_of_birth).*", 0.8, 2, ("text",), "likely"),
    Kind("street", f"regexp_full_match(x, '{STREET}')", r"(.*_)?(street|address|addr|adrs|add)(_?(line)?_?[12])?", 0.3, 0.6, personal="likely", fewest=5),
    Kind("city", f"regexp_full_match(x, '{NAME}')", r"(.*_)?(city|town|municipality|ort|city_?town)(_?name)?", 0.8),
    Kind("given-name", f"regexp_full_match(x, '{NAME}')", r"(.*_)?(first|given|middle|fore)_?name.*|fname|fn|f_name|vorname", 0.8, 2, personal="likely"),
    Kind("family-name", f"regexp_full_match(x, '{NAME}')", r"(.*_)?(last|family|sur|maiden)_?name.*|lname|ln|l_name|surname|nachname", 0.8, 2, personal="likely"),
    Kind("person-name", f"regexp_full_match(x, '{NAME}')", r"(full|person|patient|customer|client|contact|employee|physician|doctor|provider|member|user)_?(full_?)?name|author|attn", 0.7, 2, personal="likely"),
)  # fmt: skip
"""The first that holds is it: the surest first."""
NAMED = {kind: re.compile(kind.named) for kind in KINDS}


def look_at_meanings(ground: Ground) -> None:
    columns = [column for column in ground.columns if column.is_shown and column.family != "boolean"]
    told = ", ".join(f"count(*) FILTER ({_where_it_may_be(kind, columns)})" for kind in KINDS)
    values = f"SELECT col, trim(v) AS x FROM {ground.v} WHERE {_chosen(columns, ground)} AND trim(v) <> '' AND lower(trim(v)) NOT IN ({NOTHING})"
    found = {
        col: counts
        for col, *counts in ground.looking.rows(f"SELECT col, count(*), {told} FROM ({values}) GROUP BY col")
    }
    for column in columns:
        if column.at in found:
            ground.facts[column.at].update(_meaning(column, found[column.at]))


def _where_it_may_be(kind: Kind, columns: Sequence[Held]) -> str:
    """Its condition, computed only of the values of columns that may have that meaning."""
    within = [c for c in columns if c.family in kind.families and (kind.alone <= 1 or _is_named(kind, c))]
    return f"CASE WHEN col IN ({numbers(within)}) THEN {kind.condition} ELSE false END"


def _chosen(columns: Sequence[Held], ground: Ground) -> str:
    """About as many values of each column as are looked at: those whose hash falls low."""
    many = {c.at: distinct for c in columns if (distinct := ground.facts[c.at]["distinct"]) > VALUES}
    limits = " ".join(f"WHEN {at} THEN {int(HASHES * VALUES / distinct)}::UBIGINT" for at, distinct in many.items())
    return f"hash(v, {ground.seed}) <= CASE col {limits} ELSE {HASHES - 1}::UBIGINT END" if limits else "true"


def _meaning(column: Held, counts: list[int]) -> dict[str, Any]:
    looked, *fitting = counts
    for kind, number in zip(KINDS, fitting, strict=True):
        share = number / looked
        if share >= kind.share if _is_named(kind, column) else share >= kind.alone and looked >= kind.fewest:
            return {"meaning": kind.meaning, "meaning_share": round(share, 4), "personal": kind.personal}
    return {}


def _is_named(kind: Kind, column: Held) -> bool:
    return (
        column.family in kind.families and bool(kind.named) and NAMED[kind].fullmatch(words_of(column.name)) is not None
    )


def words_of(name: str) -> str:
    """`ProviderLastName` and `Provider Last Name` as `provider_last_name`."""
    split = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
