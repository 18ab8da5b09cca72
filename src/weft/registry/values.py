"""How values are kept in the registry: JSON for what is read whole, microseconds in UTC for times."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_encoder = msgspec.json.Encoder()


def encoded(value: object) -> str:
    return _encoder.encode(value).decode()


def decoded(text: str, kind: Any) -> Any:
    """The value of a kind (a class, or `dict[str, str]`) that was encoded; fields a newer Weft added are passed over."""
    return _decoder(kind).decode(text)


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def now() -> int:
    return time.time_ns() // 1000


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
