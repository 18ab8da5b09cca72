"""Values of a question's parameters, as they travel: what JSON says by itself, or a text with the type that it is of."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from weft.errors import Misuse


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


TYPES: Mapping[str, Callable[[str], object]] = {
    "bigint": int,
    "hugeint": int,
    "double": float,
    "decimal": Decimal,
    "varchar": str,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": _moment,
    "timestamptz": _instant,
    "uuid": UUID,
    "blob": b64decode,
}
"""Of what a text may be: `{"type": "date", "value": "2026-01-31"}`."""
Given = Mapping[str, Any] | Sequence[Any]


def values(given: Given) -> dict[str, Any] | list[Any]:
    """What DuckDB binds. Raises: Misuse, for what is no value."""
    if isinstance(given, Mapping):
        return {name: _value(value, f"${name}") for name, value in given.items()}
    return [_value(value, f"${place}") for place, value in enumerate(given, 1)]


def is_text(text: str) -> bool:
    """JSON can say half of a character, which is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _value(value: object, where: str) -> object:
    if isinstance(value, list | tuple):
        return [_value(one, where) for one in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise Misuse(f"the parameter {where} is too large a number", mend='Write {"type": "hugeint", "value": text}.')
    if isinstance(value, str) and not is_text(value):
        raise Misuse(f"the parameter {where} is no text: it has half a character")
    if not isinstance(value, Mapping):
        return value
    kind = str(value.get("type", "")).lower()
    if set(value) != {"type", "value"} or kind not in TYPES:
        raise Misuse(
            f"the parameter {where} is no value",
            mend=f'Write {{"type": ..., "value": text}}, where the type is one of {", ".join(TYPES)}.',
        )
    try:
        return None if value["value"] is None else TYPES[kind](str(value["value"]))
    except (ValueError, InvalidOperation, Error, OverflowError) as error:
        raise Misuse(f"the parameter {where} is no {kind}: '{str(value['value'])[:40]}'") from error
