"""From past batches to suggestions: drafts of all rules, measured together in every batch, settled one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from weft.profile.suggesting.drafts import Budget, Draft
from weft.profile.suggesting.facts import Facts, facts_of
from weft.profile.suggesting.history import History
from weft.profile.suggesting.rules import lists, moments, numbers, pairs, presence, tables, texts
from weft.profile.suggesting.values import LeftOut, Suggested, Suggestion
from weft.profile.values import TableProfile

ALARMS_A_RUN = 0.005
"""What all bounds of a table together may alarm for nothing: one run of two hundred."""
SIZES = frozenset({"days", "missing days", "daily records", "monthly records", "recency", "hour", "distinct"})
"""Kinds that parts of one content tell nothing of, since they go by how many rows there are, or by when these came."""
ORDERED = frozenset({"mean", "spread", "distribution", "range"})
"""Kinds that they tell nothing of where the column is of moments, by which rows are often in order."""

GUESSED = frozenset({"dependency", "order", "same day", "unique", "duplicate rows", "relationship"})
"""Kinds that are drafted of every pair of columns that might have it; each measures one number of rows that break it."""

Drafting = Callable[[Facts], Iterator[Draft]]
RULES: tuple[Drafting, ...] = (
    presence.filled,
    presence.placeholders,
    presence.trimmed,
    lists.constant,
    lists.values,
    lists.kept,
    lists.shares,
    lists.distinct,
    texts.patterns,
    texts.forms,
    texts.characters,
    texts.lengths,
    texts.case,
    numbers.ranges,
    numbers.means,
    numbers.distributions,
    numbers.fractions,
    moments.recency,
    moments.days,
    moments.hours,
    tables.rows,
    tables.keys,
    pairs.dependencies,
    pairs.orders,
    pairs.correlations,
    pairs.associations,
    pairs.relationships,
)


def suggested(history: History, profile: TableProfile | None = None) -> Suggested:
    """What the past batches of a table let expect of the next. Raises: EngineFault."""
    facts = facts_of(history, profile)
    drafts = [draft for rule in RULES for draft in rule(facts)]
    if history.is_split:
        drafts = [draft for draft in drafts if not _goes_by_size(draft)]
    drafts = _screened(history, drafts)
    budget = Budget(ALARMS_A_RUN / max(len(drafts), 1), facts.batches, facts.rows, history.is_split)
    settled = list(_settled(history, drafts, budget))
    found = tuple(one for one in settled if isinstance(one, Suggestion))
    left = tuple(one for one in settled if isinstance(one, LeftOut))
    return Suggested(history.table, facts.batches, sum(facts.rows), history.told, found, left)


def _goes_by_size(draft: Draft) -> bool:
    return draft.kind in SIZES or (
        draft.kind in ORDERED and draft.column is not None and draft.column.family == "moment"
    )


def _screened(history: History, drafts: list[Draft]) -> list[Draft]:
    """Without the pairs of columns that do not hold in the newest batch: most do not, and asking all batches for them costs."""
    asked = [draft for draft in drafts if draft.kind in GUESSED]
    newest = history.newest.asked([number for draft in asked for number in _put(draft)])
    broken = {id(draft) for draft, (rows,) in zip(asked, newest, strict=True) if rows}
    return [draft for draft in drafts if id(draft) not in broken]


def _settled(history: History, drafts: list[Draft], budget: Budget) -> Iterator[Suggestion | LeftOut]:
    wanted = [number for draft in drafts for number in _put(draft)]
    measured = iter(history.asked(wanted))
    covered: set[tuple[str, str]] = set()
    for draft in drafts:
        series = [next(measured) for _ in draft.numbers]
        if (draft.place, draft.kind) in covered:
            continue
        one = draft.settle(draft, series, budget)
        if isinstance(one, Suggestion):
            covered |= {(draft.place, kind) for kind in draft.instead_of}
        if one is not None:
            yield one


def _put(draft: Draft) -> Iterator[str]:
    for number in draft.numbers:
        yield draft.column.put(number) if draft.column else number
