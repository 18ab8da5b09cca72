"""How tidy the tables of a product or a domain are together: scores by dimension over those that were profiled."""

from __future__ import annotations

from dataclasses import dataclass

from weft.query.library import Library
from weft.server.portal.profiling import Scored, scored
from weft.session.profiling import score_of

ORDER = ("definite", "likely", "possible", "personal data")


@dataclass(frozen=True, slots=True)
class Tidy:
    """Over `tables` that whoever asks may read whole; `findings` are how many there are, the surest first."""

    tables: int
    scores: tuple[Scored, ...]
    findings: tuple[tuple[str, int], ...]


def tidy(name: str, library: Library) -> Tidy | None:
    """Of a product or a domain; None where none of its tables was profiled."""
    found = score_of(library, name)
    if not found.tables:
        return None
    counts = tuple((likelihood, count) for likelihood in ORDER if (count := found.findings.get(likelihood, 0)))
    return Tidy(found.tables, scored(found.scores), counts)
