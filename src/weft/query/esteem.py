"""How a table stands: how much it is used, and how far it can be trusted. What is found alike is ranked by it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log1p

from weft.query.facts import rows_of
from weft.query.library import Library

LEAST = 0.85
"""What nobody uses and nobody should trust counts so much of what it would: a name that fits is worth more than any of it."""
UNKNOWN, WARNED, BROKEN = 0.5, 0.5, 0.0
BAD = ("failed", "error")


@dataclass(slots=True)
class Standings:
    """Of lines; of a product and a domain it is that of the best of its tables."""

    uses: Counter[str] = field(default_factory=Counter)
    trusts: dict[str, float] = field(default_factory=dict)
    most: int = 0
    best: dict[str, float] = field(default_factory=dict)

    def of(self, line: str) -> float:
        """From 0.85 to 1."""
        use = log1p(self.uses[line]) / log1p(self.most) if self.most else 0.0
        return LEAST + (1 - LEAST) * (use + self.trusts.get(line, UNKNOWN)) / 2

    def of_whole(self, name: str) -> float:
        return self.best.get(name, self.of(""))


def standings(library: Library) -> Standings:
    """As recorded, of every line. A use is a product that reads, or a reader's question."""
    journal, environment = library.registry.journal, library.environment
    found = Standings()
    for line, times in rows_of(journal.facts("consumers", environment), "line_name", "times"):
        found.uses[line] += times or 1
    found.most = max(found.uses.values(), default=0)
    for line, outcome, severity in rows_of(journal.facts("checks", environment), "line_name", "outcome", "severity"):
        trust = 1.0 if outcome not in BAD else BROKEN if severity == "error" else WARNED
        found.trusts[line] = min(found.trusts.get(line, 1.0), trust)
    tables = journal.facts("tables", environment)
    for line, status, snapshot in rows_of(tables, "line_name", "status", "snapshot"):
        if status in ("deprecated", "retired") or snapshot is None:
            found.trusts[line] = BROKEN
    for line, product, domain in rows_of(tables, "line_name", "product", "domain"):
        for whole in (product, domain):
            found.best[whole] = max(found.best.get(whole, LEAST), found.of(line))
    return found
