"""The data of a page and where it is: schema, rows, size, freshness; snapshot, files, how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from weft.cli.render.counting import ago, at, counted, sized
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint
from weft.query.pages import DomainPage, ProductPage, TablePage

if TYPE_CHECKING:
    from weft.query.pages import ColumnShown, Freshness, ProductSummary, TableData, TableWhere

WIDE = 110
"""From so many columns on, what was counted of each column is shown too."""
MOST_FILES = 5
Page = DomainPage | ProductPage | TablePage


def data_lines(page: Page, room: int) -> Iterator[str]:
    if isinstance(page, DomainPage):
        yield from aligned([_summary(product) for product in page.data], room) if page.data else ["  no products"]
    elif isinstance(page, ProductPage):
        yield from aligned([_table(table) for table in page.data], room) if page.data else ["  no tables"]
    else:
        yield f"  {_counts(page.data)}"
        if page.data.grain:
            yield f"  {page.data.grain}"
        yield from aligned([_column(column, room) for column in page.data.columns], room, indent=4)
        if page.data.freshness:
            yield from _freshness(page.data.freshness)


def _summary(product: ProductSummary) -> tuple[str, ...]:
    published = ago(product.published_at) if product.published_at else "not published"
    size = f"{counted(product.tables, 'table')}, {counted(product.rows, 'row')}, {sized(product.bytes)}"
    broken = f"{counted(product.not_held, 'check')} not held; " if product.not_held else ""
    return product.name, product.status, published, size, f"{broken}{' '.join(product.purpose.split())}"


def _table(table: TableData) -> tuple[str, ...]:
    if table.withheld:
        return table.line, counted(len(table.columns), "column"), "", "not for you to see"
    if table.freshness is None:
        return table.line, f"{len(table.columns)} columns", "", "not published"
    size = "in part" if table.rows_seen else f"{counted(table.rows, 'row')}, {sized(table.bytes)}"
    return table.line, counted(len(table.columns), "column"), size, f"published {ago(table.freshness.published_at)}"


def _counts(table: TableData) -> str:
    if table.withheld:
        return f"{counted(len(table.columns), 'column')}; {table.withheld}"
    if table.freshness is None:
        return f"{counted(len(table.columns), 'column')}; nothing is published yet"
    key = f" · key ({', '.join(table.key)})" if table.key else ""
    size = f"{counted(table.rows, 'row')} · {sized(table.bytes)}"
    rows = f"you see {table.rows_seen}" if table.rows_seen else size
    return f"{rows} · {counted(len(table.columns), 'column')}{key}"


def _column(column: ColumnShown, room: int) -> tuple[str, ...]:
    flags = (
        "key" if column.key_position else "",
        "required" if column.required else "",
        "unique" if column.unique else "",
    )
    mask = f"masked ({column.mask})" if column.mask else ""
    promises = " ".join(part for part in (*flags, column.classification, mask) if part)
    told = ". ".join(part.strip().rstrip(".") for part in (column.business_name, column.description) if part.strip())
    told = f"{told} ({column.unit})" if column.unit else told
    counts = (_range(column),) if WIDE <= room < 1000 else ()
    return column.name, column.type, promises, *counts, " ".join(told.split())


def _range(column: ColumnShown) -> str:
    from weft.cli.render.layout import cut

    nulls = f"{column.nulls:,} null" if column.nulls else ""
    span = "" if column.minimum is None else f"{cut(str(column.minimum), 14)} … {cut(str(column.maximum), 14)}"
    return ", ".join(part for part in (span, nulls) if part)


def _freshness(freshness: Freshness) -> Iterator[str]:
    yield f"  published {ago(freshness.published_at)}, {at(freshness.published_at)}"
    for source in freshness.sources[:MOST_FILES]:
        changed = f"changed {ago(source.changed_at)}" if source.changed_at else ""
        size = sized(source.bytes) if source.bytes else ""
        told = ", ".join(part for part in (changed, size) if part)
        yield paint(f"  from {PurePath(source.part).name}  {told}".rstrip(), "dim")
    if (more := len(freshness.sources) - MOST_FILES) > 0:
        yield paint(f"  and {more:,} more", "dim")


def where_lines(page: Page, room: int) -> Iterator[str]:
    yield f"  {page.where.environment} · {page.where.folder}"
    if isinstance(page, TablePage):
        for table in page.where.tables:
            yield from _where(table)
    else:
        hidden = {table.line for table in page.data if table.withheld} if isinstance(page, ProductPage) else set()
        rows = [(t.line, t.snapshot or "not published") for t in page.where.tables if t.line not in hidden]
        yield from aligned(rows, room) if rows else ()
        yield from dict.fromkeys(mark for table in page.where.tables for mark in marks(table))


def marks(table: TableWhere) -> Iterator[str]:
    """What a rollback means for a table: that it is held, or that it was built on what was withdrawn."""
    if table.held:
        resume = f"weft apply --resume {table.line.partition('@')[0].rpartition('.')[0]}"
        yield f"  {paint('!', 'yellow')} rolled back and held {table.held}; to go on: {resume}"
    if table.resting_on:
        yield f"  {paint('!', 'yellow')} built on what was withdrawn of {table.resting_on}: apply builds it anew"


def _where(table: TableWhere) -> Iterator[str]:
    if table.snapshot:
        yield f"  snapshot {table.snapshot}  {paint(f'revision {table.revision}, run {table.run}', 'dim')}"
    for file in table.files[:MOST_FILES]:
        told = f"{counted(file.rows, 'row')}, {sized(file.bytes)}"
        yield f"    {file.path}  {paint(told, 'dim')}"
    if (more := len(table.files) - MOST_FILES) > 0:
        yield f"    and {counted(more, 'file')} more"
    if table.fault:
        yield f"  {paint(table.fault, 'red')}"
    yield from marks(table)
    yield f"  read it with  {paint(table.how_to_read.shell, 'bold')}"
    python = table.how_to_read.python.splitlines()
    yield from (
        f"  {'or in Python' if not number else '':<12}  {paint(line, 'dim')}"
        for number, line in enumerate(line for line in python if line)
    )
