"""How a value is made alike before it is compared: one SQL expression a standard; what is no such value becomes NULL."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from weft.core_data.wording import literals
from weft.core_data.wordlists import PLACEHOLDERS, STATES, STREETS, SUFFIXES, TITLES, UNITS
from weft.engine.text import literal
from weft.product.core_data import Standard

FORMATS = ("%m/%d/%y", "%m/%d/%Y", "%m-%d-%y", "%m-%d-%Y", "%d-%b-%y", "%d-%b-%Y", "%b %d, %Y", "%Y%m%d")
"""Two digits of a year before four: `%Y` would take them for a year of the first century."""
NO_DATES = ("0001-01-01", "1753-01-01", "1899-12-30", "1900-01-01", "9999-12-31")


def standardized(standard: Standard, column: str) -> str:
    """SQL of the value of a column (as SQL says it) in its standard: DATE for dates, VARCHAR for all else."""
    value = f"CAST({column} AS VARCHAR)"
    made = STANDARDS[standard](value)
    if pattern := PLAIN.get(standard):
        plain, words = f"upper({value})", _said_otherwise(standard)
        return f"CASE WHEN regexp_full_match({plain}, '{pattern}') AND NOT ({plain} IN ({words})) THEN {plain} ELSE {made} END"
    return made


def _said_otherwise(standard: Standard) -> str:
    """The words that are more than letters: what stands for nothing, and for names what is no part of one. 'MD' is a credential."""
    more = () if standard == "credential" else (*TITLES, *SUFFIXES, "FNU", "NFN", "NMN")
    return literals(dict.fromkeys((*PLACEHOLDERS, "NA", *more)))


def _upper(value: str) -> str:
    return f"upper(strip_accents(trim({value})))"


def _spaced(value: str) -> str:
    return f"trim(regexp_replace({value}, '\\s+', ' ', 'g'))"


def _mapped(words: Mapping[str, str]) -> str:
    return f"MAP {{{', '.join(f'{literal(key)}: {literal(to)}' for key, to in words.items())}}}"


def _by_word(value: str, words: Mapping[str, str]) -> str:
    known = _mapped(words)
    return (
        f"array_to_string(list_transform(string_split({value}, ' '), lambda word: coalesce({known}[word], word)), ' ')"
    )


def _text(value: str) -> str:
    """Letters and digits of whatever script, and single spaces: punctuation says nothing."""
    plain = _spaced(f"regexp_replace({_nothing(_upper(value), 'NA')}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')")
    return f"nullif({plain}, '')"


def _nothing(value: str, *more: str) -> str:
    return f"list_filter([{value}], lambda said: said NOT IN ({literals((*PLACEHOLDERS, *more))}))[1]"


def _letters(value: str) -> str:
    """Letters and single spaces; apostrophes and dots join what they stand between, all else parts it."""
    joined = f"regexp_replace({_nothing(_upper(value))}, '[''’`.]', '', 'g')"
    return _spaced(f"regexp_replace({joined}, '[^A-Z]+', ' ', 'g')")


def _name(value: str) -> str:
    said = f"regexp_replace({_letters(value)}, '(\\s({'|'.join(SUFFIXES)}))+$', '')"
    return _nothing(said)


def _given_name(value: str) -> str:
    said = f"regexp_replace({_letters(value)}, '^(({'|'.join(TITLES)})\\s)+|(\\s({'|'.join(SUFFIXES)}))+$', '', 'g')"
    return _nothing(said, "FNU", "NFN", "NMN")


def _credential(value: str) -> str:
    bare = f"regexp_replace({_nothing(_upper(value), 'NA')}, '\\.', '', 'g')"
    joined = f"regexp_replace({bare}, '^([A-Z]) ([A-Z])$', '\\1\\2')"
    words = f"regexp_extract_all({joined}, '[A-Z0-9]+')"
    return f"nullif(array_to_string(list_sort(list_distinct({words})), ' '), '')"


def _sex(value: str) -> str:
    said = f"upper(trim({value}))"
    return f"CASE WHEN {said} IN ('M', 'MALE', 'MAN') THEN 'M' WHEN {said} IN ('F', 'FEMALE', 'WOMAN') THEN 'F' WHEN {said} = 'X' THEN 'X' END"


def _address(value: str) -> str:
    """The number and the street: units are left out, streets and directions abbreviated."""
    units = f"(#\\s*\\S+|\\b({'|'.join(UNITS)})\\b\\.?\\s*#?\\s*\\S*)"
    street = (
        f"regexp_replace(replace(replace({_nothing(_upper(value), 'NA')}, '.', ''), chr(39), ''), '{units}', ' ', 'g')"
    )
    spaced = _spaced(f"regexp_replace({street}, '[^A-Z0-9]+', ' ', 'g')")
    plain = f"CASE WHEN regexp_full_match({street}, '[A-Z0-9]+( [A-Z0-9]+)*') THEN {street} ELSE {spaced} END"
    return f"nullif({_by_word(plain, STREETS)}, '')"


def _city(value: str) -> str:
    return _nothing(_by_word(_letters(value), {"ST": "SAINT", "STE": "SAINTE", "FT": "FORT", "MT": "MOUNT"}), "NA")


def _state(value: str) -> str:
    said = _letters(value)
    codes = {**STATES, **{code: code for code in STATES.values()}}
    return f"{_mapped(codes)}[{said}]"


def _zip(value: str) -> str:
    """Five digits; a zero that a spreadsheet lost is given back."""
    digits = f"regexp_extract(trim({value}), '^(\\d{{4,5}})(-?\\d{{4}})?(\\.0)?$', 1)"
    five = f"lpad({digits}, 5, '0')"
    return f"list_filter([{five}], lambda said: said NOT IN ('00000', '99999'))[1]"


def _phone(value: str) -> str:
    """Ten digits of North America, without the country's 1 and an extension."""
    whole = f"regexp_replace(regexp_replace(lower({value}), '(x|ext|#).*$', ''), '[^0-9]', '', 'g')"
    return f"nullif(regexp_extract({whole}, '^1?([2-9]\\d\\d[2-9]\\d{{6}})$', 1), '')"


def _email(value: str) -> str:
    return f"nullif(regexp_extract(lower(trim({value})), '^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$'), '')"


def _identifier(value: str) -> str:
    said = f"regexp_replace({_nothing(_upper(value), 'NA')}, '[^A-Z0-9]', '', 'g')"
    return f"list_filter([{said}], lambda said: said <> '' AND NOT regexp_full_match(said, '0+|9+'))[1]"


def _npi(value: str) -> str:
    """Ten digits whose last is the check digit. Source: NPI, ISO 7812 (Luhn) over 80840 and the number."""
    digits = f"regexp_extract(trim({value}), '^([12]\\d{{9}})(\\.0)?$', 1)"
    total = " + ".join(_luhn_term(at) for at in range(1, 11))
    return f"list_filter([{digits}], lambda said: length(said) = 10 AND (24 + {total}) % 10 = 0)[1]"


def _luhn_term(at: int) -> str:
    """24 is what 80840 adds; every other digit is doubled, the check digit is not."""
    digit = f"(ascii(said[{at}]) - 48)"
    return f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if at % 2 else digit


def _code(value: str) -> str:
    return _nothing(_spaced(_upper(value)))


def _date(value: str) -> str:
    year_first = f"CASE WHEN regexp_matches(trim({value}), '^\\d{{4}}[-/]') THEN TRY_CAST(trim({value}) AS DATE) END"
    said = f"coalesce({year_first}, TRY_CAST(try_strptime(trim({value}), [{literals(FORMATS)}]) AS DATE))"
    never = ", ".join(f"DATE '{one}'" for one in NO_DATES)
    return f"list_filter([{said}], lambda said: said NOT IN ({never}))[1]"


STANDARDS: Mapping[Standard, Callable[[str], str]] = {
    "text": _text, "name": _name, "given_name": _given_name, "credential": _credential, "sex": _sex, "address": _address,
    "city": _city, "state": _state, "zip": _zip, "phone": _phone, "email": _email, "identifier": _identifier, "npi": _npi,
    "code": _code, "date": _date, "as_is": lambda value: value,
}  # fmt: skip

PLAIN: Mapping[Standard, str] = {
    "name": "[A-Z]{3,}",
    "given_name": "[A-Z]{3,}",
    "text": "[A-Z]{3,}",
    "credential": "[A-Z]{2,}",
}
"""What most values are: one word, which is in its standard as soon as it is in capitals. Found first, for it is a fifth of the work."""
