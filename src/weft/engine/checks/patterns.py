"""Patterns and formats of texts: ECMA-262 and java.time patterns, in the words of DuckDB's RE2."""

from __future__ import annotations

import re

from weft.engine.text import literal

LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOSTNAME = rf"{LABEL}(?:\.{LABEL})*"
OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
IPV4 = rf"{OCTET}(?:\.{OCTET}){{3}}"
GROUP = "[0-9A-Fa-f]{1,4}"


def _ipv6() -> str:
    """All places where the `::` may stand, with an IPv4 address in place of the last two groups."""
    last = f"(?:{GROUP}:{GROUP}|{IPV4})"
    forms = [f"(?:{GROUP}:){{6}}{last}", f"::(?:{GROUP}:){{5}}{last}"]
    forms += [f"(?:(?:{GROUP}:){{0,{4 - n}}}{GROUP})?::(?:{GROUP}:){{{n}}}{last}" for n in range(4, -1, -1)]
    forms += [f"(?:(?:{GROUP}:){{0,5}}{GROUP})?::{GROUP}", f"(?:(?:{GROUP}:){{0,6}}{GROUP})?::"]
    return "|".join(forms)


FORMATS = {
    "email": rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{HOSTNAME}",
    "uuid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*",
    "hostname": HOSTNAME,
    "ipv4": IPV4,
    "ipv6": _ipv6(),
    "byte": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}
"""Whole texts. Source: RFC 5322 as HTML's e-mail field has it, RFC 9562, 3986, 1123, 4291 and 4648."""
ANYTHING = {"binary": "any octets are"}
UNCHECKABLE = {"password": "a password has no form that data could be checked against"}
LONGEST_HOSTNAME = 253


def matches(text: str, pattern: str) -> str:
    """Whether an ECMA-262 pattern is found anywhere in a text."""
    return f"regexp_matches({text}, {literal(re2(pattern))})"


def re2(pattern: str) -> str:
    """An ECMA-262 pattern in RE2's spelling. What RE2 lacks (looking around, referring back) is left for it to refuse."""
    pattern = re.sub(r"\\u\{([0-9A-Fa-f]+)\}|\\u([0-9A-Fa-f]{4})", lambda m: f"\\x{{{m[1] or m[2]}}}", pattern)
    return re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern)


def has_format(text: str, name: str) -> str:
    """Whether a whole text has one of `FORMATS`."""
    fits = f"regexp_full_match({text}, {literal(FORMATS[name])})"
    return f"({fits} AND length({text}) <= {LONGEST_HOSTNAME})" if name == "hostname" else fits


# Source: java.time.format.DateTimeFormatter; each letter's runs, as RE2 and as strptime.
LETTERS = {
    "yyyy": ("[0-9]{4}", "%Y"), "uuuu": ("[0-9]{4}", "%Y"), "YYYY": ("[0-9]{4}", "%Y"), "yy": ("[0-9]{2}", "%y"),
    "MMMM": ("[A-Za-z]+", "%B"), "MMM": ("[A-Za-z]{3}", "%b"), "MM": ("[0-9]{2}", "%m"), "M": ("[0-9]{1,2}", "%m"),
    "dd": ("[0-9]{2}", "%d"), "DD": ("[0-9]{2}", "%d"), "d": ("[0-9]{1,2}", "%d"), "D": ("[0-9]{1,3}", "%j"), "DDD": ("[0-9]{3}", "%j"),
    "EEEE": ("[A-Za-z]+", "%A"), "EEE": ("[A-Za-z]{3}", "%a"), "E": ("[A-Za-z]{3}", "%a"),
    "HH": ("[0-9]{2}", "%H"), "H": ("[0-9]{1,2}", "%H"), "hh": ("[0-9]{2}", "%I"), "h": ("[0-9]{1,2}", "%I"),
    "mm": ("[0-9]{2}", "%M"), "m": ("[0-9]{1,2}", "%M"), "ss": ("[0-9]{2}", "%S"), "s": ("[0-9]{1,2}", "%S"),
    "SSS": ("[0-9]{3}", "%g"), "SSSSSS": ("[0-9]{6}", "%f"), "SSSSSSSSS": ("[0-9]{9}", "%n"), "a": ("[AaPp][Mm]", "%p"),
    "Z": ("[+-][0-9]{4}", "%z"), "XXX": ("(?:Z|[+-][0-9]{2}:[0-9]{2})", "%z"), "XX": ("(?:Z|[+-][0-9]{4})", "%z"), "X": ("(?:Z|[+-][0-9]{2})", "%z"),
}  # fmt: skip
PIECES = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")


def is_moment(text: str, pattern: str) -> str | None:
    """Whether a text is a moment as a java.time pattern spells it; None where the pattern says what DuckDB cannot read."""
    expression, spelling = "", ""
    for piece in PIECES.finditer(pattern):
        part = piece[0]
        if piece[2] and part not in LETTERS:
            return None
        plain = part if not part.startswith("'") else (piece[1].replace("''", "'") or "'")
        regex, strptime = LETTERS[part] if piece[2] else (re.escape(plain), plain.replace("%", "%%"))
        expression, spelling = expression + regex, spelling + strptime
    # An offset of Z is one that strptime does not read.
    parsed = f"regexp_replace({text}, 'Z$', '+0000')" if "%z" in spelling else text
    return f"(regexp_full_match({text}, {literal(expression)}) AND try_strptime({parsed}, {literal(spelling)}) IS NOT NULL)"
