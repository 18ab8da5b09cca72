"""A workspace in a temporary folder, and small ways to write into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.settings import Settings
from weft.workspace import load, read_settings

MANIFEST = """\
apiVersion: v1.1.0
kind: DataProduct
id: shop.orders
status: active
domain: shop
inputPorts:
  - {name: order_file, contractId: shop.order_file, version: 1.0.0}
outputPorts:
  - {name: orders, contractId: shop.orders, version: 1.0.0}
"""
SOURCE = """\
apiVersion: v3.2.0
kind: DataContract
id: shop.order_file
version: 1.0.0
status: active
servers:
  - {server: file, type: local, path: ../data/orders.csv, format: csv}
schema:
  - name: order_file
    properties:
      - {name: id, logicalType: integer}
"""
PROMISE = """\
apiVersion: v3.2.0
kind: DataContract
id: shop.orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer}
"""
FILES = {
    "mesh.yaml": "name: test\n",
    "domains/shop/domain.yaml": "name: shop\n",
    "domains/shop/orders/product.odps.yaml": MANIFEST,
    "domains/shop/orders/contracts/order_file.odcs.yaml": SOURCE,
    "domains/shop/orders/contracts/orders.odcs.yaml": PROMISE,
    "domains/shop/orders/transforms/orders.sql": "SELECT id FROM order_file\n",
}


class Shop:
    """One right product, to be changed: `write` replaces a file, `said` is every fault as a text."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def change(self, name: str, before: str, after: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")

    @property
    def settings(self) -> Settings:
        return read_settings(self.root)

    @property
    def said(self) -> list[str]:
        return [str(fault) for fault in load(self.settings).faults]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)
