"""What is new in the mesh: what readers have to know stands out, ordinary publishes are one line for each run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from weft.query.facts import Facts, among, rows_of
from weft.server.portal.links import page_of
from weft.server.portal.rendering import plural
from weft.server.portal.saying import said

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.query.seen import Narrow

MOST, LOOKED_AT, NAMED = 10, 400, 4
KINDS = {
    "published": ("new version", "accent"),
    "deprecated": ("comes to an end", "warn"),
    "retired": ("gone", "bad"),
    "bridged": ("made of a newer line", ""),
    "rolled back": ("put back", "warn"),
    "built on withdrawn": ("rests on withdrawn data", "warn"),
    "invited": ("preview", "accent"),
    "went stable": ("new version", "accent"),
    "promoted": ("promoted", ""),
    "failed": ("failed", "bad"),
    "recovered": ("mended", "good"),
}
"""What is said of each kind of event; others concern somebody alone, and stand in their notices."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to one product in one run, or the publishes of a run: `names` lead to pages, `more` are left out.

    `badges` are words with their tones; without any it is an ordinary publish.
    """

    at: datetime
    names: tuple[tuple[str, str], ...]
    link: str
    badges: tuple[tuple[str, str], ...] = ()
    messages: tuple[str, ...] = ()
    more: int = 0


def news(facts: Facts) -> list[News]:
    """The newest first."""
    told = {**_failed(facts), **_events(facts)}
    found = [*told.values(), *_published(facts, set(told))]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


Told = dict[tuple[str, str], News]
"""By run and product."""


def _newest(facts: Facts, column: str, values: Iterable[str]) -> Narrow:
    def narrowed(table: pa.Table) -> pa.Table:
        chosen = among(among(table, "environment", [facts.library.environment]), column, values)
        return chosen.slice(max(0, chosen.num_rows - LOOKED_AT))

    return narrowed


def _events(facts: Facts) -> Told:
    """All that happened to a product in a run is one piece of news."""
    found = facts.relation("events", _newest(facts, "kind", KINDS))
    told: Told = {}
    for at, product, kind, message, run in rows_of(found, "happened_at", "product", "kind", "message", "run"):
        key = (run or f"{at}", product)
        before = told.get(key) or News(at, ((product, page_of(product)),), _run(product, run))
        badges = dict.fromkeys((*before.badges, _badge(kind, message)))
        messages = dict.fromkeys((*before.messages, said(message)))
        told[key] = replace(before, badges=tuple(badges), messages=tuple(messages))
    return told


def _badge(kind: str, message: str) -> tuple[str, str]:
    """What a line promises from now on is a change of it; a line that was not there is a new version."""
    return ("changed", "") if kind == "published" and "new line" not in message else KINDS[kind]


def _run(product: str, run: str) -> str:
    return f"/runs/{run}" if run else f"/runs?name={product}"


def _failed(facts: Facts) -> Told:
    """Runs that failed, whether or not somebody was told."""
    found = facts.relation("steps", _newest(facts, "state", ["failed"]))
    told: Told = {}
    for run, product, at, message in rows_of(found, "run", "product", "started_at", "message"):
        one = News(at, ((product, page_of(product)),), _run(product, run), (KINDS["failed"],), (said(message or ""),))
        told.setdefault((run, product), one)
    return told


def _published(facts: Facts, told: set[tuple[str, str]]) -> Iterator[News]:
    """One for each run: what it published anew, but for what is told apart."""
    import pyarrow.compute as pc

    def narrowed(table: pa.Table) -> pa.Table:
        own = among(table, "environment", [facts.library.environment])
        return among(own, "run", pc.unique(own.column("run")).to_pylist()[-MOST:])

    found = facts.relation("publishes", narrowed)
    counts = pc.list_value_length(found.column("changed_lines")).to_pylist()
    runs: dict[str, list[tuple[datetime, str, int]]] = {}
    for (run, product, at), count in zip(rows_of(found, "run", "product", "published_at"), counts, strict=True):
        if count and (run, product) not in told:
            runs.setdefault(run, []).append((at, product, count))
    for run, products in runs.items():
        yield _of_run(run, products)


def _of_run(run: str, products: list[tuple[datetime, str, int]]) -> News:
    names = [product for _, product, _ in products]
    tables = plural(sum(count for *_, count in products), "table")
    shown = tuple((name, page_of(name)) for name in names[:NAMED])
    link = _run(names[0], run)
    return News(max(at for at, *_ in products), shown, link, (), (f"published {tables}",), max(len(names) - NAMED, 0))
