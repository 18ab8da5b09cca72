"""Meshes as values, from a few words each: a product is one port of one table, one transform, and what that reads."""

from __future__ import annotations

from collections.abc import Mapping

from weft.names import LineName, ProductName, leaf_of
from weft.plan.impact import Web, web_of
from weft.plan.lineage import lineage_of
from weft.product.contract import Column, Contract, Table
from weft.product.mesh import Mesh
from weft.product.product import InputPort, OutputPort, Product, Transform
from weft.sql import reading


def product(name: str, columns: Mapping[str, str], sql: str, *reads: str) -> Product:
    """`reads` are products, whose one table goes by its own name."""
    leaf = leaf_of(ProductName(name))
    table = Table(leaf, tuple(Column(column, type_) for column, type_ in columns.items()))
    contract = Contract(name, "1.0.0", (table,), f"{leaf}.odcs.yaml")
    return Product(
        ProductName(name),
        name,
        f"domains/{name.replace('.', '/')}",
        "digest",
        (contract,),
        tuple(InputPort(leaf_of(ProductName(read)), read, "1.0.0") for read in reads),
        (OutputPort(leaf, "1.0.0", name),),
        (Transform(leaf, "sql", f"{leaf}.sql", sql, "", reading(sql)),),
    )


def web(*products: Product) -> Web:
    mesh = Mesh("test", products={product.name: product for product in products})
    return web_of(mesh, products, {product.name: lineage_of(product, mesh) for product in products})


def line(name: str) -> LineName:
    """`a.root` to `a.root.root@1`."""
    return LineName(f"{name}.{leaf_of(ProductName(name))}@1")
