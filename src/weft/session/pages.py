"""A domain, a product or a table as tables, by the five interfaces: what, data, where, how, who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from weft.query.pages import DomainPage, How, ProductPage, ProductSummary, TableData, TablePage, What, Where, Who
from weft.session.display import Cell, Grid, Shown, grid, pairs
from weft.session.shown import shown_as


class TableShown(Shown, TablePage):
    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        return (_what(self.name, self.what), _columns(self.data), *_rest(self.where, self.how, self.who))


class ProductShown(Shown, ProductPage):
    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        return (_what(self.name, self.what), _tables(self.data), *_rest(self.where, self.how, self.who))


class DomainShown(Shown, DomainPage):
    __slots__ = ()

    def grids(self) -> Sequence[Grid]:
        return (_what(self.name, self.what), _products(self.data), *_rest(self.where, self.how, self.who))


def page_shown(page: DomainPage | ProductPage | TablePage) -> DomainShown | ProductShown | TableShown:
    if isinstance(page, TablePage):
        return shown_as(TableShown, page)
    if isinstance(page, ProductPage):
        return shown_as(ProductShown, page)
    return shown_as(DomainShown, page)


def _what(name: str, what: What) -> Grid:
    said = ("title", "description", "purpose", "usage", "limitations", "status", "version", "type")
    rows = [(field, getattr(what, field)) for field in said]
    return pairs(name, [*rows, ("tags", ", ".join(what.tags)), ("lines", ", ".join(v.line for v in what.versions))])


def _columns(data: TableData) -> Grid:
    rows = (
        (
            column.name,
            column.type,
            f"{column.key_position}" if column.key_position else "",
            "yes" if column.required else "",
            column.description or column.business_name,
            "" if column.nulls is None else f"{column.nulls:,}",
            "" if column.minimum is None else str(column.minimum),
            "" if column.maximum is None else str(column.maximum),
        )
        for column in data.columns
    )
    return grid("data", "column type key required description >nulls minimum maximum", rows, _standing(data))


def _standing(data: TableData) -> str:
    if data.freshness is None:
        return f"{data.line}: nothing is published"
    return (
        f"{data.line}: {data.rows:,} rows, {data.bytes:,} bytes, made at {data.freshness.made_at:%Y-%m-%d %H:%M:%S} UTC"
    )


def _tables(tables: Sequence[TableData]) -> Grid:
    rows = (
        (
            table.line,
            f"{len(table.columns):,}",
            f"{table.rows:,}",
            f"{table.bytes:,}",
            f"{table.freshness.made_at:%Y-%m-%d %H:%M:%S}" if table.freshness else "not published",
        )
        for table in tables
    )
    return grid("data", "table >columns >rows >bytes made_at", rows)


def _products(products: Sequence[ProductSummary]) -> Grid:
    rows = (
        (
            product.name,
            product.purpose,
            product.status,
            f"{product.tables:,}",
            f"{product.rows:,}",
            f"{product.published_at:%Y-%m-%d %H:%M:%S}" if product.published_at else "not published",
            f"{product.not_held:,}",
        )
        for product in products
    )
    return grid("data", "product purpose status >tables >rows published_at >broken_checks", rows)


def _rest(where: Where, how: How, who: Who) -> Iterator[Grid]:
    """The sections that have something to say."""
    found = (_where(where), *_how(how), _who(who), _ledger(who))
    return (each for each in found if each.rows)


def _where(where: Where) -> Grid:
    rows = [
        (table.line, table.snapshot, f"{table.revision}", f"{len(table.files):,}", table.fault)
        for table in where.tables
        if table.snapshot
    ]
    read = f"read it with: {where.tables[0].how_to_read.sql}" if len(where.tables) == 1 else ""
    return grid(f"where: {where.environment}", "table snapshot >revision >files fault", rows, read)


def _how(how: How) -> Iterator[Grid]:
    inputs = [(i.port, i.contract, i.asks_for, ", ".join((*i.lines, *i.files))) for i in how.inputs]
    yield grid("how: inputs", "port contract version reads", inputs)
    yield grid("how: transforms", "makes language file", [(t.makes, t.language, t.file) for t in how.transforms])
    events = [(f"{e.happened_at:%Y-%m-%d %H:%M:%S}", e.line or e.product, e.kind, e.message) for e in how.events]
    yield grid("how: events", "happened_at of kind message", events)
    checks = [(c.line, c.check, c.outcome, c.measured or "", c.threshold, c.message) for c in how.checks]
    yield grid("how: checks", "table check outcome >measured threshold message", checks)
    expected = [(e.consumer, e.line, e.check, e.asks, e.promised, e.outcome, e.file) for e in how.expectations]
    yield grid("how: expectations", "consumer table check asks promised outcome file", expected)


def _who(who: Who) -> Grid:
    people = ", ".join(f"{person.name or person.username} ({person.role})" for person in who.people)
    support = ", ".join(f"{channel.channel} {channel.url}".strip() for channel in who.support)
    said = ("domain", who.domain), ("team", who.team), ("people", people), ("support", support)
    return pairs("who", (*said, ("consumers", ", ".join(who.consumers))))


def _ledger(who: Who) -> Grid:
    """A line that nobody is on has a row of its own."""
    rows: list[tuple[Cell, ...]] = []
    for line in who.ledger:
        told = [line.line, ": ".join(part for part in (line.status, line.ends) if part)]
        for one in line.consumers:
            last = one.last_read_at or one.last_built_at
            how = f"{'pinned' if one.is_pinned else 'recorded'} by {one.how}" if one.kind == "product" else one.how
            rows.append((*told, one.name, how, _day(one.since), _day(last), ", ".join(one.columns)))
        if not line.consumers:
            rows.append((*told, "nobody", "", "", "", ""))
    return grid("who is on which line", "line status consumer how since last columns", rows)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""
