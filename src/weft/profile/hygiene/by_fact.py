"""Rules that go by what was measured already: one function each."""

from __future__ import annotations

from weft.profile.hygiene.kind import ByFact, Evidence, Hit, Kind
from weft.profile.meanings import words_of
from weft.profile.values import ColumnProfile, Frequent, Value

FEW, MOST, ALMOST = 0.03, 0.95, 0.97
HALF_YEAR, YEAR = 183, 366
SHOWN = 3
AHEAD = (
    "expir",
    "end",
    "until",
    "due",
    "valid",
    "plan",
    "schedul",
    "next",
    "renew",
    "matur",
    "termination",
    "forecast",
    "effective",
    "arrival",
    "deadline",
)
"""Words in the names of columns whose days may lie ahead."""
TRUTHS = {"y": True, "yes": True, "true": True, "t": True, "1": True, "n": False, "no": False, "false": False, "f": False, "0": False}  # fmt: skip
FORMS = ({"y", "n"}, {"yes", "no"}, {"true", "false"}, {"t", "f"}, {"1", "0"})
CODES = ({"m": "male", "f": "female"}, {"y": "yes", "n": "no"}, {"t": "true", "f": "false"})
CODED = ("zip", "phone", "npi", "ndc", "us-ssn", "credit-card", "latitude", "longitude")
"""Meanings whose digits are no number to compute with."""


def no_values(column: ColumnProfile, _: Evidence) -> Hit | None:
    return Hit(column.rows) if column.rows and column.nulls == column.rows else None


def blank_texts(column: ColumnProfile, _: Evidence) -> Hit | None:
    beside = " beside nulls" if column.nulls else ""
    return Hit(column.empties, more=beside) if column.empties else None


def placeholders(column: ColumnProfile, _: Evidence) -> Hit | None:
    found = column.placeholder_values
    return Hit(column.placeholders, _values(found), _told(found), is_of_sample=True) if column.placeholders else None


def leading_blanks(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "leading_blanks")


def trailing_blanks(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "trailing_blanks")


def odd_blanks(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "odd_blanks")


def quoted(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "quoted")


def non_printing(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "non_printing")


def delimiters(column: ColumnProfile, seen: Evidence) -> Hit | None:
    return _of_text(column, seen, "delimiters")


def truncated(column: ColumnProfile, _: Evidence) -> Hit | None:
    text = column.text
    return Hit(text.truncated, more=f"{text.longest}", is_of_sample=True) if text and text.truncated else None


def inconsistent_casing(column: ColumnProfile, seen: Evidence) -> Hit | None:
    """Nearly all in capitals or nearly all in small letters, and some otherwise; one word that is mostly capitalized, too."""
    text = column.text
    if text is None or not text.upper + text.lower + text.mixed:
        return None
    ways = {"capitals": text.upper, "small letters": text.lower, "mixed case": text.mixed}
    main = max(ways, key=ways.__getitem__)
    others = sum(ways.values()) - ways[main]
    if not others or others > (1 - 0.8) * sum(ways.values()) or column.distinct < 2 or _is_free(column):
        return None
    return Hit(others, more=main, is_of_sample=True)


def standardized_duplicates(column: ColumnProfile, seen: Evidence) -> Hit | None:
    text = column.text
    if text is None or not text.variants or column.meaning in ("uuid", "url"):
        return None
    return Hit(
        text.variant_rows,
        seen.examples.get("variants", ()),
        "One value" if text.variants == 1 else f"{text.variants:,} values",
        is_of_sample=True,
    )


def numbers_as_text(column: ColumnProfile, seen: Evidence) -> Hit | None:
    text = column.text
    if text is None or column.meaning in CODED or text.looked_at < 2 or text.numbers < text.looked_at or text.zero_led:
        return None
    return Hit(text.looked_at, seen.examples.get("numbers", ()), is_of_sample=True)


def dates_as_text(column: ColumnProfile, _: Evidence) -> Hit | None:
    text = column.text
    if text is None or text.looked_at < 2 or text.dates < text.looked_at:
        return None
    return Hit(text.looked_at, _values(column.frequent), f"{text.date_format}", is_of_sample=True)


def truths_as_text(column: ColumnProfile, _: Evidence) -> Hit | None:
    if column.family != "text" or column.values - column.empties < 2 or not _all_known(column):
        return None
    said = {str(one.value).strip().lower() for one in column.frequent if str(one.value).strip()}
    return (
        Hit(column.values, _values(column.frequent)) if len(said) == 2 and any(said == form for form in FORMS) else None
    )


def truths_and_others(column: ColumnProfile, _: Evidence) -> Hit | None:
    """Nearly all say yes or no, and some say something else."""
    if column.family != "text" or not _all_known(column):
        return None
    others = tuple(one for one in column.frequent if str(one.value).strip().lower() not in TRUTHS)
    rows, all_ = sum(one.rows for one in others), sum(one.rows for one in column.frequent)
    truths = {str(one.value).strip().lower() for one in column.frequent} & TRUTHS.keys()
    return (
        Hit(rows, _values(others), is_of_sample=True)
        if others and len(truths) > 1 and rows <= (1 - MOST) * all_
        else None
    )


def coded_variants(column: ColumnProfile, _: Evidence) -> Hit | None:
    """`Y` beside `Yes`, `M` beside `male`."""
    if column.family != "text" or not _all_known(column):
        return None
    by_value = {str(one.value).strip().lower(): one for one in column.frequent}
    twice = [(by_value[a], by_value[b]) for codes in CODES for a, b in codes.items() if a in by_value and b in by_value]
    if not twice:
        return None
    rarer = [min(pair, key=lambda one: one.rows) for pair in twice]
    return Hit(sum(one.rows for one in rarer), tuple(one.value for pair in twice for one in pair), is_of_sample=True)


def few_missing(column: ColumnProfile, _: Evidence) -> Hit | None:
    missing = column.nulls + column.empties
    return Hit(missing) if column.rows >= 100 and 0 < missing <= FEW * column.rows else None


def few_divergent(column: ColumnProfile, seen: Evidence) -> Hit | None:
    """One value nearly everywhere, and few others."""
    if not column.frequent or column.distinct < 2 or column.rows < 100 or column.family == "boolean":
        return None
    all_ = column.values * (seen.table.sampled_rows / seen.table.rows)
    others = round(all_) - column.frequent[0].rows
    if not 0 < others <= FEW * all_ or column.distinct > 20:
        return None
    return Hit(others, _values(column.frequent[1:]), str(column.frequent[0].value), is_of_sample=True)


def unlikely_dates(column: ColumnProfile, _: Evidence) -> Hit | None:
    moment = column.moment
    return Hit(moment.unlikely, _outside(column)) if moment and moment.unlikely else None


def future_dates(column: ColumnProfile, _: Evidence) -> Hit | None:
    moment = column.moment
    if not moment or not moment.future or moment.future > 0.5 * column.values:
        return None
    return None if any(word in words_of(column.name) for word in AHEAD) else Hit(moment.future, (column.maximum,))


def stale_half_year(column: ColumnProfile, seen: Evidence) -> Hit | None:
    age = _age(column, seen)
    return (
        Hit(column.values, (column.maximum,), f"{age:,.0f} days")
        if age is not None and HALF_YEAR <= age < YEAR
        else None
    )


def stale_year(column: ColumnProfile, seen: Evidence) -> Hit | None:
    age = _age(column, seen)
    return (
        Hit(column.values, (column.maximum,), f"{age / 365.25:,.1f} years") if age is not None and age >= YEAR else None
    )


def missing_months(column: ColumnProfile, _: Evidence) -> Hit | None:
    """Rows in nearly every month, and some months without any; a day's gap is told only where months are not missing."""
    moment = column.moment
    by_month = moment.by_month if moment else None
    if (
        not by_month
        or column.meaning == "birth-date"
        or not 0 < by_month.empty <= 0.2 * by_month.periods
        or by_month.mean < 5
    ):
        return None
    return Hit(round(by_month.mean * by_month.empty), more=f"{by_month.empty} of {by_month.periods} months")


def outliers(column: ColumnProfile, _: Evidence) -> Hit | None:
    number = column.number
    if (
        not number
        or not number.outliers
        or number.outliers > 0.01 * column.values
        or column.meaning in CODED
        or column.rows < 100
    ):
        return None
    return Hit(number.outliers, (column.minimum, column.maximum))


def nearly_unique(column: ColumnProfile, _: Evidence) -> Hit | None:
    """So many distinct values that it may be meant as a key, and a few twice."""
    if (
        column.family not in ("text", "number")
        or not column.is_distinct_exact
        or column.rows < 100
        or column.type in ("DOUBLE", "FLOAT")
    ):
        return None
    twice = column.values - column.distinct
    examples = _values(tuple(one for one in column.frequent if one.rows > 1))
    return (
        Hit(twice, examples)
        if 0 < twice <= 0.02 * column.values and not column.nulls and not _is_free(column)
        else None
    )


def personal_data(column: ColumnProfile, seen: Evidence) -> Hit | None:
    """In the open: nobody classified the column."""
    if column.personal in ("none", "possible") or column.name in seen.classified or not column.values:
        return None
    return Hit(column.values, _values(column.frequent), column.meaning.replace("-", " "))


def _of_text(column: ColumnProfile, seen: Evidence, fact: str) -> Hit | None:
    rows = getattr(column.text, fact) if column.text else 0
    return Hit(rows, seen.examples.get(fact, ())[:SHOWN], is_of_sample=True) if rows else None


def _is_free(column: ColumnProfile) -> bool:
    """Whether people wrote what they liked."""
    return column.text is not None and column.text.mean_length > 60


def _all_known(column: ColumnProfile) -> bool:
    """Whether the frequent values are all there are."""
    return 0 < column.distinct <= len(column.frequent)


def _values(frequent: tuple[Frequent, ...]) -> tuple[Value, ...]:
    return tuple(one.value for one in frequent[:SHOWN])


def _told(frequent: tuple[Frequent, ...]) -> str:
    return ", ".join(
        f"'{one.value:g}'" if isinstance(one.value, float) else f"'{one.value}'" for one in frequent[:SHOWN]
    )


def _outside(column: ColumnProfile) -> tuple[Value, ...]:
    bounds = (column.minimum, column.maximum)
    return tuple(one for one in bounds if isinstance(one, str) and not "1900" <= one[:4] < "2100")


def _age(column: ColumnProfile, seen: Evidence) -> float | None:
    """In days, where no other column of the table is younger: a table is as recent as the newest of its moments."""
    ages = [(age, one.position) for one in seen.table.columns if (age := _own_age(one)) is not None]
    return min(ages)[0] if ages and min(ages)[1] == column.position else None


def _own_age(column: ColumnProfile) -> float | None:
    return (
        column.moment.newest_age_days
        if column.moment and column.meaning != "birth-date" and column.distinct > 1
        else None
    )


RULES: tuple[tuple[Kind, ByFact], ...] = (
    (Kind("no-values", "likely", "completeness", "'{column}' holds nothing in any row.", "Fill it, or leave the column out."), no_values),
    (Kind("blank-texts", "definite", "completeness", "'{column}' is an empty or blank text in {rows}{more}.", "Write nothing as null: `nullif(trim(column), '')`."), blank_texts),
    (Kind("placeholders", "definite", "completeness", "'{column}' says {more} in {rows}, where nothing is known.", "Write null where nothing is known."), placeholders),
    (Kind("leading-blanks", "definite", "conformity", "'{column}' begins with a blank in {rows}.", "`trim(column)`."), leading_blanks),
    (Kind("trailing-blanks", "definite", "conformity", "'{column}' ends with a blank in {rows}.", "`trim(column)`."), trailing_blanks),
    (Kind("odd-blanks", "definite", "conformity", "'{column}' holds blanks that are no spaces in {rows}.", "Replace them by spaces."), odd_blanks),
    (Kind("quoted", "likely", "conformity", "'{column}' stands within quotation marks in {rows}.", "Take the marks off where the file is read."), quoted),
    (Kind("non-printing", "definite", "conformity", "'{column}' holds characters that nobody sees in {rows}.", "Remove them."), non_printing),
    (Kind("embedded-delimiters", "possible", "conformity", "'{column}' holds tabs, line ends, '|' or ';' in {rows}: several values in one, or a file that broke apart.", "Split the values, or remove them."), delimiters),
    (Kind("truncated", "possible", "accuracy", "'{column}' may be cut off at {more} letters in {rows}.", "Look whether what it comes from has a longer column."), truncated),
    (Kind("inconsistent-casing", "possible", "consistency", "'{column}' is written in {more}, but not in {rows}.", "Write it one way: `upper(column)`."), inconsistent_casing),
    (Kind("standardized-duplicates", "likely", "uniqueness", "{more} of '{column}' can be told from another only by case, blanks or punctuation: {rows}.", "Choose one way to write each."), standardized_duplicates),
    (Kind("numbers-as-text", "possible", "conformity", "'{column}' is text, and holds numbers only.", "Promise it as a number."), numbers_as_text),
    (Kind("dates-as-text", "likely", "conformity", "'{column}' is text, and holds dates only ({more}).", "Promise it as a date."), dates_as_text),
    (Kind("truths-as-text", "possible", "conformity", "'{column}' is text, and says only yes or no.", "Promise it as a boolean."), truths_as_text),
    (Kind("truths-and-others", "likely", "conformity", "'{column}' says yes or no, but not in {rows}.", "Correct what is neither."), truths_and_others),
    (Kind("coded-variants", "definite", "consistency", "'{column}' says the same with different codes; the rarer one stands in {rows}.", "Choose one code."), coded_variants),
    (Kind("few-missing", "possible", "completeness", "'{column}' is missing in {rows} only.", "See whether it is to be required."), few_missing),
    (Kind("few-divergent", "possible", "accuracy", "'{column}' is '{more}' nearly everywhere, but not in {rows}.", "See whether these are right."), few_divergent),
    (Kind("unlikely-dates", "definite", "accuracy", "'{column}' lies before 1900 or after 2100 in {rows}.", "Correct them, or write null."), unlikely_dates),
    (Kind("future-dates", "likely", "accuracy", "'{column}' lies in the future in {rows}.", "Correct them, unless they are meant."), future_dates),
    (Kind("stale-half-year", "possible", "timeliness", "The newest '{column}' is {more} old.", "See whether it still arrives."), stale_half_year),
    (Kind("stale-year", "possible", "timeliness", "The newest '{column}' is {more} old.", "See whether it still arrives."), stale_year),
    (Kind("missing-months", "possible", "coverage", "'{column}' has no rows in {more}.", "See whether some are missing."), missing_months),
    (Kind("outliers", "possible", "accuracy", "'{column}' lies far from all else in {rows}.", "See whether these are right."), outliers),
    (Kind("nearly-unique", "possible", "uniqueness", "'{column}' tells rows apart, but for {rows}.", "Remove what is there twice, if it is a key."), nearly_unique),
    (Kind("personal-data", "personal data", "conformity", "'{column}' seems to hold {more}, and nobody classified it.", "Give it a `classification:` in its contract."), personal_data),
)  # fmt: skip
