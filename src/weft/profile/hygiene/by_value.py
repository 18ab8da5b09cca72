"""Rules that ask each distinct value: what does not belong to the type, the pattern or the meaning of its column."""

from __future__ import annotations

from weft.profile.hygiene.kind import ByValue, Evidence, Kind
from weft.profile.meanings import EMAIL, KINDS, NOTHING, STATE_NAMES, STATES
from weft.profile.texts import DATE_FORMATS, DATE_SHAPE, NUMBER
from weft.profile.values import ColumnProfile

MOSTLY = 0.9
PLAIN_DATE = r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"
SSN = "[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}"
UNITS = r"(?i)-?[0-9][0-9.,]* ?(%|°[cf]?|[kmµ]?g|mcg|[km]?l|[kcm]?m|in|ft|lbs?|oz|mi|mph|km/h|usd|eur|gbp|[$€£]|hrs?|h|min|sec|s|days?|weeks?|months?|years?|yrs?|pcs?|units?|[kmg]?b|[kmg]?w|v|a|hz)"
NAMES = ("given-name", "family-name", "person-name")
PLACES = ("city", "street")
NO_ZIP3 = (
    "000", "001", "002", "003", "004", "213", "269", "343", "345", "348", "353", "419", "428", "429", "517", "518", "519", "529", "533", "536", "552", "568",
    "578", "579", "589", "621", "632", "642", "643", "659", "663", "682", "694", "695", "696", "697", "698", "699", "702", "709", "715", "732", "742", "771",
    "817", "818", "819", "839", "848", "849", "854", "858", "861", "862", "866", "867", "868", "869", "876", "886", "887", "888", "892", "896", "899", "909",
    "929", "987",
)  # fmt: skip
"""The first three digits that no ZIP code begins with. Source: United States Postal Service, L002."""
STRICT = (
    "e-mail",
    "npi",
    "url",
    "uuid",
    "ip-address",
    "phone",
    "icd-10",
    "ndc",
    "us-ssn",
    "credit-card",
    "gender",
    "latitude",
    "longitude",
    "coordinates",
)
"""Meanings that a value has or has not, whatever it stands beside."""


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def not_a_number(column: ColumnProfile, _: Evidence) -> str | None:
    """Text among numbers."""
    text = column.text
    if text is None or not MOSTLY * text.looked_at <= text.numbers < text.looked_at:
        return None
    return f"NOT (regexp_full_match(v, '{NUMBER}') AND regexp_matches(v, '[0-9]'))"


def a_number(column: ColumnProfile, _: Evidence) -> str | None:
    """Numbers among text."""
    text = column.text
    if (
        text is None
        or not 0 < text.numbers <= (1 - MOSTLY) * text.looked_at
        or text.with_letters < MOSTLY * text.looked_at
    ):
        return None
    return f"regexp_full_match(v, '{NUMBER}') AND regexp_matches(v, '[0-9]')" if column.meaning not in PLACES else None


def a_date(column: ColumnProfile, _: Evidence) -> str | None:
    """Dates among text."""
    text = column.text
    if text is None or not 0 < text.dates <= (1 - MOSTLY) * text.looked_at:
        return None
    return f"regexp_full_match(v, '{DATE_SHAPE}') AND regexp_matches(v, '{PLAIN_DATE}')"


def not_a_date(column: ColumnProfile, _: Evidence) -> str | None:
    """Text among dates."""
    text = column.text
    return f"NOT ({_is_date()})" if text and MOSTLY * text.looked_at <= text.dates < text.looked_at else None


def other_date_format(column: ColumnProfile, _: Evidence) -> str | None:
    """Dates that are written another way than most."""
    text = column.text
    if text is None or text.dates < MOSTLY * text.looked_at or not text.date_format:
        return None
    usual = (
        "try_cast(v AS TIMESTAMP) IS NOT NULL"
        if text.date_format == DATE_FORMATS[0]
        else f"try_strptime(trim(v), '{text.date_format}') IS NOT NULL"
    )
    return f"NOT ({usual}) AND ({_is_date()})"


def _is_date() -> str:
    return " OR ".join(
        [
            "try_cast(v AS TIMESTAMP) IS NOT NULL",
            *(f"try_strptime(trim(v), '{one}') IS NOT NULL" for one in DATE_FORMATS[1:]),
        ]
    )


def with_units(column: ColumnProfile, _: Evidence) -> str | None:
    text = column.text
    if text is None or text.with_digits < 0.5 * text.looked_at or column.meaning or text.numbers == text.looked_at:
        return None
    return f"regexp_full_match(trim(v), '{UNITS}')"


def other_pattern(column: ColumnProfile, _: Evidence) -> str | None:
    """What is written unlike nearly all others, where a column has one to three patterns."""
    text = column.text
    if (
        text is None
        or len(column.patterns) < 2
        or column.meaning in (*NAMES, *PLACES, "url", "e-mail")
        or text.looked_at < 50
    ):
        return None
    main = [one for one in column.patterns if one.rows >= 0.1 * text.looked_at][:3]
    usual = sum(one.rows for one in main)
    digits = any("9" in str(one.value) for one in main)
    if not main or not digits or not 0.97 * text.looked_at <= usual < text.looked_at:
        return None
    kept = " OR ".join(f"regexp_full_match(v, '{_as_regex(str(one.value))}')" for one in main)
    return f"length(v) <= 60 AND NOT ({kept})"


SIGNS = {"A": r"\p{Lu}", "a": r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]", "9": r"\p{Nd}"}


def _as_regex(pattern: str) -> str:
    return "".join(
        SIGNS.get(sign) or (sign if sign.isalnum() else "''" if sign == "'" else f"\\x{{{ord(sign):X}}}")
        for sign in pattern
    )


def invalid_zip(column: ColumnProfile, _: Evidence) -> str | None:
    if column.meaning != "zip":
        return None
    return "NOT regexp_full_match(trim(v), '[0-9]{5}([- ]?[0-9]{4})?') OR regexp_full_match(trim(v), '(0{5}|9{5}).*')"


def invalid_zip3(column: ColumnProfile, _: Evidence) -> str | None:
    """A code of five digits, or of the first three alone, that begins as none does."""
    if column.meaning != "zip" and not column.name.lower().replace("_", "").endswith("zip3"):
        return None
    return f"regexp_full_match(trim(v), '[0-9]{{3}}([0-9]{{2}}.*)?') AND left(trim(v), 3) IN ({_listed(NO_ZIP3)})"


def no_state(column: ColumnProfile, _: Evidence) -> str | None:
    if column.meaning != "us-state":
        return None
    return f"upper(trim(v)) NOT IN ({_listed(STATES)}) AND lower(trim(v)) NOT IN ({_listed(STATE_NAMES)})"


def unlike_its_meaning(column: ColumnProfile, _: Evidence) -> str | None:
    if column.meaning not in STRICT or column.meaning_share < 0.5:
        return None
    conditions = [kind.condition for kind in KINDS if kind.meaning == column.meaning and column.family in kind.families]
    unlike = f"(SELECT NOT ({' OR '.join(f'({one})' for one in conditions)}) FROM (SELECT trim(v) AS x))"
    return f"lower(trim(v)) NOT IN ({NOTHING}) AND {unlike}"


def an_email(column: ColumnProfile, _: Evidence) -> str | None:
    return (
        f"contains(v, '@') AND regexp_matches(v, '{EMAIL}')"
        if column.text and column.meaning not in ("e-mail", "url")
        else None
    )


def a_number_of_somebody(column: ColumnProfile, _: Evidence) -> str | None:
    if column.text is None or not column.text.with_digits or column.meaning in ("us-ssn", "credit-card", "zip"):
        return None
    return rf"regexp_matches(v, '\b{SSN}\b')"


def name_without_letters(column: ColumnProfile, _: Evidence) -> str | None:
    return r"NOT regexp_matches(v, '\pL')" if column.meaning in (*NAMES, *PLACES) else None


def name_that_begins_oddly(column: ColumnProfile, _: Evidence) -> str | None:
    return (
        r"regexp_matches(v, '\pL') AND NOT regexp_matches(v, '^[\s]*[\pL''’(\"]')" if column.meaning in NAMES else None
    )


RULES: tuple[tuple[Kind, ByValue], ...] = (
    (Kind("text-among-numbers", "likely", "conformity", "'{column}' holds numbers, but not in {rows}.", "Correct what is no number."), ByValue(not_a_number)),
    (Kind("numbers-among-text", "possible", "conformity", "'{column}' holds words, but numbers in {rows}.", "See whether they belong there."), ByValue(a_number)),
    (Kind("dates-among-text", "possible", "conformity", "'{column}' holds dates among its texts in {rows}.", "See whether they belong there."), ByValue(a_date)),
    (Kind("text-among-dates", "likely", "conformity", "'{column}' holds dates, but not in {rows}.", "Correct what is no date."), ByValue(not_a_date)),
    (Kind("mixed-date-formats", "likely", "consistency", "'{column}' writes dates another way in {rows}.", "Write them one way."), ByValue(other_date_format)),
    (Kind("numbers-with-units", "possible", "conformity", "'{column}' holds numbers with their units in {rows}.", "Put the unit into the name or a column of its own."), ByValue(with_units, most=1.0)),
    (Kind("pattern-mismatch", "likely", "conformity", "'{column}' is written unlike all others in {rows}.", "Correct them."), ByValue(other_pattern, most=0.03)),
    (Kind("invalid-zip", "definite", "accuracy", "'{column}' is no ZIP code in {rows}.", "Correct them; a ZIP code is text of five digits, or nine."), ByValue(invalid_zip, most=1.0)),
    (Kind("invalid-zip3", "likely", "accuracy", "'{column}' begins as no ZIP code does in {rows}.", "Correct them."), ByValue(invalid_zip3)),
    (Kind("unexpected-states", "likely", "accuracy", "'{column}' is no state of the United States in {rows}.", "Correct them."), ByValue(no_state)),
    (Kind("unlike-meaning", "likely", "accuracy", "'{column}' is not what its other values are in {rows}.", "Correct them."), ByValue(unlike_its_meaning)),
    (Kind("unexpected-emails", "personal data", "conformity", "'{column}' holds e-mail addresses in {rows}.", "Remove them, or classify the column."), ByValue(an_email, most=1.0)),
    (Kind("unexpected-ssn", "personal data", "conformity", "'{column}' holds what looks like social security numbers in {rows}.", "Remove them, or classify the column."), ByValue(a_number_of_somebody, most=1.0)),
    (Kind("names-without-letters", "likely", "accuracy", "'{column}' has no letter in {rows}.", "Correct them."), ByValue(name_without_letters)),
    (Kind("names-beginning-oddly", "possible", "accuracy", "'{column}' begins with what is no letter in {rows}.", "Correct them."), ByValue(name_that_begins_oddly)),
)  # fmt: skip
