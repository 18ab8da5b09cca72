"""One product of six million rows, and fifty people who may read it: what serving is measured on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from weft.access import OWNER, Grant
from weft.access.identities import Account
from weft.session import open_session
from weft.session.people import seen_as
from weft.session.people.roles import appoint
from weft.session.people.tokens import Wanted, make

TABLE = "shop.sales.orders"
FILES = {
    "mesh.yaml": "name: shop\nserver: {requests: {reader: 0, origin: 0}}\n",
    "domains/shop/domain.yaml": "name: shop\ndescription: What is sold.\n",
    "domains/shop/sales/product.odps.yaml": """
        apiVersion: v1.1.0
        kind: DataProduct
        id: shop.sales
        name: sales
        version: 1.0.0
        status: active
        domain: shop
        description: {purpose: Every order.}
        outputPorts:
          - {name: orders, version: 1.0.0, contractId: shop.sales}
    """,
    "domains/shop/sales/contracts/orders.odcs.yaml": """
        apiVersion: v3.2.0
        kind: DataContract
        id: shop.sales
        name: sales
        version: 1.0.0
        status: active
        schema:
          - name: orders
            logicalType: object
            properties:
              - {name: order_id, logicalType: integer}
              - {name: customer_id, logicalType: integer}
              - {name: customer, logicalType: string}
              - {name: price, logicalType: number}
              - {name: ordered_on, logicalType: date}
    """,
}
ROWS = """
SELECT range AS order_id, (range * 7919) % 1000003 AS customer_id, 'customer ' || (range % 5000) AS customer,
       (range % 1440)::DOUBLE AS price, DATE '2020-01-01' + (range % 2000)::INTEGER AS ordered_on
FROM range({rows})
"""


@dataclass(frozen=True)
class Shop:
    """`files` are those of the snapshot that is read, `tokens` one for each reader."""

    folder: Path
    rows: int
    files: tuple[Path, ...]
    tokens: tuple[str, ...]


def shop(folder: Path, rows: int, readers: int) -> Shop:
    """Written and built anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in FILES.items():
        (file := folder / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
    transform = folder / "domains/shop/sales/transforms/orders.sql"
    transform.parent.mkdir()
    transform.write_text(ROWS.format(rows=rows))
    with open_session(folder) as session:
        session.apply(session.plan())
        (pointer,) = session.recorded.pointers.values()
        (snapshot,) = session.registry.snapshots([pointer.snapshot]).values()
        files = tuple(session.store.paths(snapshot))
        tokens = tuple(_token(session, f"reader{number}@example.org") for number in range(readers))
    return Shop(folder, rows, files, tokens)


def _token(session: object, name: str) -> str:
    registry, settings = session.registry, session.settings  # type: ignore[attr-defined]
    registry.identities.keep(Account(name, "person", "active", datetime.now(UTC), "bench"), None)
    appoint(registry, OWNER, name, Grant("reader", "shop"))
    return make(registry, settings.sign_in, seen_as(registry, name), Wanted("bench")).secret
