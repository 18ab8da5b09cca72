"""A page as it is told over HTTP: where the server keeps files says nothing to others, and who reads is not for everybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from weft.names import domain_of
from weft.query.pages import HowToRead, ProductPage, TablePage, TableWhere, Where, Who
from weft.server.asking import Asker

P = TypeVar("P", ProductPage, TablePage)


def remote(page: P, asking: Asker) -> P:
    url = address_of(asking)
    where = replace(page.where, tables=tuple(_where(table, page.where, url) for table in page.where.tables))
    return replace(page, where=where, who=_who(page.who, asking, domain_of(page.name)))


def address_of(asking: Asker) -> str:
    """The server's own address, as whoever asks reaches it."""
    return asking.serving.server.url or str(asking.request.base_url).rstrip("/")


def _where(table: TableWhere, where: Where, url: str) -> TableWhere:
    reading = table.how_to_read
    chosen = "" if where.environment == "prod" else f", environment={where.environment!r}"
    python = f"import weft\n\ntable = weft.connect({url!r}{chosen}).query({reading.sql!r}).arrow()"
    shell = f"weft login {url}\n{reading.shell.replace('weft query', f'weft query --server {url}', 1)}"
    return replace(table, files=(), how_to_read=HowToRead(reading.sql, shell, python))


def _who(who: Who, asking: Asker, domain: str) -> Who:
    """People who read, and what the invited say, are for those who look after the domain."""
    return who if asking.may("see consumers", domain) else replace(who, ledger=(), invited=())
