"""Semantic versions of contracts, and the line that each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Self

_PATTERN = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """`1.2.0` or a preview, `1.3.0-beta.1`. Ordered as semver.org, section 11, has it; build metadata does not count."""

    major: int
    minor: int
    patch: int
    prerelease: str = ""

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Self:
        """Raises: ValueError where the text is no semantic version. `v1.2.0` is read as `1.2.0`."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is no semantic version (major.minor.patch, such as 1.0.0)")
        major, minor, patch, prerelease = match.groups()
        return cls(int(major), int(minor), int(patch), prerelease or "")

    @property
    def is_preview(self) -> bool:
        return bool(self.prerelease)

    @property
    def line(self) -> str:
        """`1` for every stable 1.x; a preview is a line of its own, under its whole version."""
        return str(self) if self.is_preview else str(self.major)

    def satisfies(self, wanted: Version) -> bool:
        """Whether an input that asks for `wanted` may read this: the same major from there on; a preview only itself."""
        if wanted.is_preview or self.is_preview:
            return self == wanted
        return self.major == wanted.major and self >= wanted

    def came_of(self, preview: Version) -> bool:
        """Whether this is a stable version that a preview may have become: of its major, and not before it."""
        return preview.is_preview and not self.is_preview and self.major == preview.major and self > preview

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{self.prerelease}" if self.prerelease else "")

    def __lt__(self, other: Version) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[int, int, int, int, tuple[tuple[int, int, str], ...]]:
        parts = self.prerelease.split(".") if self.prerelease else []
        identifiers = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
        return self.major, self.minor, self.patch, 0 if self.prerelease else 1, identifiers
