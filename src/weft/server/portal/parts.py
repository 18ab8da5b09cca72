"""Long lists a page at a time: what stands on the one that is asked for, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
EACH = 25


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """`link` is the page's address up to the number of another page."""

    items: Sequence[T]
    total: int
    number: int
    most: int
    link: str


def part(found: Sequence[T], number: int, link: str, each: int = EACH) -> Part[T]:
    """One beyond the last is the last."""
    most = max(1, -(-len(found) // each))
    here = min(max(number, 1), most)
    return Part(found[(here - 1) * each : here * each], len(found), here, most, link)


def linked(path: str, said: Mapping[str, str], name: str = "page") -> str:
    """An address with what was said that is not empty, ready for a page's number."""
    return f"{path}?{urlencode({**{key: value for key, value in said.items() if value}, name: ''})}"
