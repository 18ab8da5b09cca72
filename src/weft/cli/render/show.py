"""A page of a domain, a product or a table, one interface below the other; and the mesh at a glance."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from weft.cli.render.counting import ago, counted, sized
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned, paragraphs
from weft.cli.render.terminal import paint, say, width

if TYPE_CHECKING:
    from weft.query.pages import DomainPage, ProductPage, TablePage
    from weft.session.overview import Overview, ProductGlance

    Page = DomainPage | ProductPage | TablePage


def show_page(page: Page, *, json: bool) -> None:
    from weft.query.pages import DomainPage, TablePage

    kind = "domain" if isinstance(page, DomainPage) else "table" if isinstance(page, TablePage) else "product"
    if json:
        import msgspec

        write_json({"kind": kind, **msgspec.to_builtins(page, enc_hook=str)})
        return
    print("\n".join(_page(page, kind)))


def _page(page: Page, kind: str) -> Iterator[str]:
    from weft.cli.render import show_data, show_how, show_what

    room = width(sys.stdout)
    what = page.what
    yield f"{paint(page.name, 'bold')}  {paint(' · '.join(p for p in (kind, what.status, what.version, what.type) if p), 'dim')}"
    title = what.title if what.title.lower() not in (page.name, page.name.rpartition(".")[2].partition("@")[0]) else ""
    yield from paragraphs(": ".join(part for part in (title, what.description) if part), room)
    sections: tuple[tuple[str, Callable[[Any, int], Iterator[str]]], ...] = (
        ("data", show_data.data_lines),
        ("where", show_data.where_lines),
        ("what", show_what.what_lines),
        ("how", show_how.how_lines),
        ("who", show_what.who_lines),
    )
    for section, lines in sections:
        found = list(lines(page, room))
        if found:
            yield ""
            yield paint(section.upper(), "cyan", "bold")
            yield from found


def show_overview(found: Overview, *, json: bool) -> None:
    """Every domain with its products, as last applied."""
    if json:
        import msgspec

        write_json({"kind": "mesh", **msgspec.to_builtins(found)})
        return
    if not found.domains:
        say(f"nothing is applied in {found.environment} yet: weft plan, then weft apply", "dim")
    for domain in found.domains:
        told = " · ".join(part for part in (domain.team, domain.description) if part)
        print(f"{paint(domain.domain, 'bold')}  {paint(told, 'dim')}".rstrip())
        rows = [_product_row(product) for product in domain.products]
        if rows:
            print("\n".join(aligned(rows, width(sys.stdout))))


def _product_row(product: ProductGlance) -> tuple[str, ...]:
    published = ago(product.published_at) if product.published_at else "not published"
    tables = f"{counted(product.tables, 'table')}, {counted(product.rows, 'row')}, {sized(product.bytes)}"
    return product.product, product.status or "", published, tables, " ".join((product.purpose or "").split())
