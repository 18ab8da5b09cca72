"""Environments beside `prod`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weft.names import PROD
from weft.registry.environments import CHANGED
from weft.registry.facts.ledger import Ledger
from weft.registry.facts.relation import Relation, integer, text, texts, time

ALL = "SELECT name, who, revision, made_at, used_at, expires_at FROM environments ORDER BY name"


def _rows(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    changed: dict[str, list[str]] = {}
    for name, line in ledger.rows(CHANGED, (PROD, PROD)):
        changed.setdefault(name, []).append(line)
    return ((*row, changed.get(row[0], [])) for row in ledger.rows(ALL))


ENVIRONMENTS = Relation(
    "environments",
    "One row for each environment beside prod.",
    ("environment",),
    (
        text("environment", "Its name"),
        text("who", "Who made it"),
        integer("revision", "The registry's, when it was made or last brought up to date with prod"),
        time("made_at", "When it was made"),
        time("used_at", "When it was last used, to the hour"),
        time("expires_at", "When it goes, unless it is used before"),
        texts("changed_lines", "The lines that point elsewhere than in prod because they were published there"),
    ),
    _rows,
)
