"""Sizes as mesh.yaml says them."""

from __future__ import annotations

import re

from weft.errors import Misuse

UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}


def bytes_of(size: str) -> int:
    """`1GB`, `512 MiB`. Raises: Misuse."""
    found = re.fullmatch(r"([0-9]+) *(MB|GB|MiB|GiB)", size.strip())
    if found is None:
        raise Misuse(f"'{size}' is no size of memory", mend="Say it like 512MB or 1GB.")
    return int(found[1]) * UNITS[found[2]]
