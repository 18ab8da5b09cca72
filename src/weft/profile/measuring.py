"""A profile from files: each step fills in facts, and none reads more than it must."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from weft.engine.looking import Looking, Offered
from weft.engine.seam import Columns
from weft.profile.counting import count
from weft.profile.frequent import count_distinct, look_at_frequent, look_at_patterns
from weft.profile.ground import Ground, Held
from weft.profile.hygiene import across, findings, scores
from weft.profile.keys import coded, dependencies, unique_columns, unique_pairs
from weft.profile.meanings import look_at_meanings
from weft.profile.moments import look_at_moments
from weft.profile.numeric import count_decimals, count_outliers, look_at_bins, look_at_quantiles
from weft.profile.ordering import look_at_order
from weft.profile.placeholders import look_at_placeholders
from weft.profile.references import Others, foreign_keys
from weft.profile.sampling import sampled
from weft.profile.texts import look_at_texts
from weft.profile.values import ColumnProfile, Key, TableProfile
from weft.settings import EngineSettings

SEED = 20
STEPS: tuple[Callable[[Ground], None], ...] = (
    count_distinct,
    look_at_frequent,
    look_at_texts,
    look_at_patterns,
    look_at_quantiles,
    look_at_bins,
    count_outliers,
    count_decimals,
    look_at_moments,
    look_at_placeholders,
    look_at_order,
    look_at_meanings,
)
NOT_FIELDS = ("examples",)
"""Facts that findings are made of, and that no column keeps."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One table to look at: a snapshot's files, or a source's laid out as Parquet. `named` is what it is called in a profile."""

    named: str
    files: Sequence[Path]
    columns: Columns
    snapshot: str = ""
    notes: tuple[str, ...] = ()
    classified: frozenset[str] = frozenset()
    """Columns of which somebody said how confidential they are."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a profile is made with. The same seed over the same files gives the same profile."""

    engine: EngineSettings
    spill: Path | None = None
    seed: int = SEED
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def measured(subjects: Sequence[Subject], means: Means) -> tuple[TableProfile, ...]:
    """Profiles of tables that are looked at together, so that foreign keys between them are found. Raises: EngineFault, StoreFault."""
    offered = [Offered(subject.files, subject.columns) for subject in subjects]
    with Looking(offered, means.engine, means.spill) as looking:
        found = [_measured(looking, number, subject, means) for number, subject in enumerate(subjects)]
        others = [(ground, profile.line, profile.keys) for ground, profile in found]
        judged = [_judged(*one, others, subject.classified) for one, subject in zip(found, subjects, strict=True)]
    together = across(judged) if len(judged) > 1 else judged
    return tuple(replace(profile, scores=scores(profile)) for profile in together)


def _judged(ground: Ground, profile: TableProfile, others: Others, classified: frozenset[str]) -> TableProfile:
    """With what it refers to of the tables beside it, and what is untidy."""
    if len(others) > 1:
        profile = replace(profile, foreign_keys=foreign_keys(ground, others))
    return replace(profile, findings=findings(ground, profile, classified))


def _measured(looking: Looking, number: int, subject: Subject, means: Means) -> tuple[Ground, TableProfile]:
    started = time.perf_counter()
    held = tuple(Held(at, name, type_) for at, (name, type_) in enumerate(subject.columns))
    ((rows,),) = looking.rows(f"SELECT count(*) FROM t{number}")
    ground = Ground(looking, number, held, int(rows), int(rows), means.seed, means.now, tuple({} for _ in held))
    count(ground)
    ground = sampled(ground)
    for step in STEPS:
        step(ground)
    keys = unique_columns(ground)
    codes = coded(ground)
    if not any(key.is_likely for key in keys):
        keys = (*keys, *unique_pairs(ground, codes))
    profile = TableProfile(
        subject.named,
        subject.snapshot,
        ground.rows,
        ground.sampled,
        means.seed,
        means.now,
        0.0,
        tuple(_column(column, ground) for column in held),
        duplicate_rows=_duplicates(ground, keys),
        keys=keys,
        dependencies=dependencies(ground, codes),
        notes=subject.notes,
    )
    looking.drop(ground.s)
    return ground, replace(profile, seconds=round(time.perf_counter() - started, 3))


def _column(column: Held, ground: Ground) -> ColumnProfile:
    facts = {name: fact for name, fact in ground.facts[column.at].items() if name not in NOT_FIELDS}
    return ColumnProfile(column.name, column.type, column.family, ground.rows, position=column.at, **facts)


def _duplicates(ground: Ground, keys: Sequence[Key]) -> int | None:
    """None have any where there is a key; of a sampled table it is not counted: that would need all of it in memory."""
    if keys and len(keys[0].columns) == 1:
        return 0
    if ground.is_sampled:
        return None
    columns = ", ".join(column.sql for column in ground.columns if column.is_shown)
    if not columns or not all(column.is_shown for column in ground.columns):
        return None
    ((distinct,),) = ground.looking.rows(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {ground.s})")
    return ground.rows - int(distinct)
