"""What policies find in what is applied, as rows of `mesh.violations`: conformance of the whole mesh at a glance."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from weft.errors import Fault
from weft.product.mesh import Mesh
from weft.product.policy import Violation
from weft.product.subject import subject_of
from weft.query.library import Ground
from weft.query.policies.conforming import conformance
from weft.registry.facts import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa


KEPT_SECONDS = 120.0
ANEW_SECONDS = 30.0
MOST_KEPT = 8
_kept: OrderedDict[Hashable, tuple[float, Standing]] = OrderedDict()
_lock = Lock()
"""Whoever asks while it is computed waits for that: many who look at once cost no more than one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found, and which policies could not be computed, each with why."""

    violations: pa.Table
    failed: frozenset[str]
    faults: tuple[Fault, ...]


def violations_table(ground: Ground) -> pa.Table:
    """`mesh.violations`: waivers and graces end with the day."""
    return standing(ground).violations


def standing(ground: Ground, kept_seconds: float | None = None) -> Standing:
    """How everything stands today. A server keeps it while nothing that is published, ruled or told moves.

    What else a policy may ask of (the query log, say) counts after `kept_seconds`; a server computes it anew before, while nobody waits.
    """
    if not ground.settings.engine.is_apart:
        return _computed(ground)
    rules, today = ground.registry.rules, datetime.now(UTC).date()
    moved = ground.registry.declassifications.state()
    state = (ground.settings.registry, ground.environment, moved, today, rules.published("policy"), rules.waivers())
    longest = KEPT_SECONDS if kept_seconds is None else kept_seconds
    with _lock:
        found = _kept.pop(state, None)
        if found is None or time.monotonic() - found[0] > longest:
            made = _computed(ground)
            found = time.monotonic(), made
        _kept[state] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found[1]


def _computed(ground: Ground) -> Standing:
    found = conformance(ground)
    rows = [_row(violation, found.mesh) for violation in found.violations]
    return Standing(RELATIONS["violations"].of(rows), found.failed, found.faults)


def _row(one: Violation, mesh: Mesh) -> tuple[Any, ...]:
    subject, waiver = subject_of(one.subject, mesh), one.waiver
    of = (subject.domain, subject.product, subject.line, one.subject, one.found.message, one.found.mend)
    until = one.policy.grace_until.isoformat() if one.policy.grace_until else None
    waived = (waiver.who, waiver.until.isoformat(), waiver.reason) if waiver else (None, None, None)
    return (one.policy.name, one.policy.title, one.standing, *of, until, *waived, one.place.file, one.place.line)
