"""How the files of a source are written: the options of a server, read and checked once."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from weft.errors import Place, SourceFault, did_you_mean
from weft.product.contract import Scalar

UTF8 = "utf-8"
COMPRESSIONS = ("gzip", "zip", "bz2", "xz", "none")
MAXIMUM_BYTES = 64 * 1024**3
"""The largest download we take for granted; `maximumBytes` says another."""


@dataclass(frozen=True, slots=True)
class Options:
    """`null_values` are taken for NULL beside the empty field, where they stand unquoted. `encoding` is Python's name of it.

    A file that is not in `encoding` is read in the `fallback_encoding`, where there is one, and that is said of it.
    """

    delimiter: str = ","
    encoding: str = UTF8
    fallback_encoding: str = ""
    header: bool = True
    quote: str = '"'
    escape: str = '"'
    skip: int = 0
    null_values: tuple[str, ...] = ()
    date_format: str = ""
    timestamp_format: str = ""
    decimal: str = "."
    compression: str = ""
    member: str = ""
    format: str = ""
    watermark: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30.0
    maximum_bytes: int = MAXIMUM_BYTES

    @property
    def nulls(self) -> tuple[str, ...]:
        return ("", *self.null_values)


NAMES = {re.sub("_(.)", lambda match: match[1].upper(), one.name): one.name for one in fields(Options)}
"""Option, as a contract spells it (`nullValues`), to our field."""
ONE_CHARACTER = ("delimiter", "quote", "escape", "decimal")
ESCAPES = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def options(given: Mapping[str, Scalar], place: Place) -> Options:
    """Raises: SourceFault for an option that there is not, or a value that it cannot have."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in NAMES:
            raise SourceFault(f"there is no source option '{name}'", mend=did_you_mean(name, NAMES), place=place)
        values[NAMES[name]] = _value(NAMES[name], value, place)
    values.setdefault("escape", values.get("quote", '"'))
    return Options(**values)


def _value(name: str, value: Scalar | list[Scalar], place: Place) -> object:
    match name:
        case "header":
            return _boolean(name, value, place)
        case "skip" | "maximum_bytes":
            return _number(name, value, place, int)
        case "timeout_seconds":
            return _number(name, value, place, float)
        case "null_values":
            return _texts(value)
        case "encoding" | "fallback_encoding":
            return _encoding(str(value), place)
        case "compression":
            return _compression(str(value).lower(), place)
    text = ESCAPES.get(str(value), str(value)) if name == "delimiter" else str(value or "")
    if name in ONE_CHARACTER and len(text) > 1:
        raise SourceFault(f"option '{name}' is one character, not '{text}'", place=place)
    return text


def _boolean(name: str, value: object, place: Place) -> bool:
    known = {"true": True, "false": False}
    found = known.get(str(value).lower())
    if found is None:
        raise SourceFault(f"option '{name}' is true or false, not '{value}'", place=place)
    return found


def _number(name: str, value: object, place: Place, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(str(value))
    except ValueError as error:
        raise SourceFault(f"option '{name}' is a number, not '{value}'", place=place) from error


def _texts(value: object) -> tuple[str, ...]:
    """A list, a JSON list, or texts with commas between them."""
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts)


def _encoding(name: str, place: Place) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError as error:
        mend = "Say utf-8, latin-1, cp1252, utf-16, or another that Python knows."
        raise SourceFault(f"there is no encoding '{name}'", mend=mend, place=place) from error
    if not found._is_text_encoding:
        raise SourceFault(f"'{name}' is no encoding of text", place=place)
    return UTF8 if found.name in ("utf-8-sig", "ascii") else found.name


def _compression(name: str, place: Place) -> str:
    name = {"gz": "gzip", "bzip2": "bz2"}.get(name, name)
    if name not in COMPRESSIONS:
        raise SourceFault(f"there is no compression '{name}'", mend=did_you_mean(name, COMPRESSIONS), place=place)
    return name
