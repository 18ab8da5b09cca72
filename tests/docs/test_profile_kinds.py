"""The table of what is called untidy tells every kind, as it is."""

from __future__ import annotations

import re
from pathlib import Path

from weft.profile.hygiene import KINDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "how-to" / "profile.md"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| .+ \| ([a-z ]+) \| ([a-z]+) \|", re.M)


def test_every_kind_is_told_with_its_likelihood_and_dimension() -> None:
    told = [row.groups() for row in ROW.finditer(DOCUMENT.read_text())]
    assert told == [(kind.name, kind.likelihood, kind.dimension) for kind in KINDS]
