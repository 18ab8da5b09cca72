"""What is scaffolded and drafted has no faults as it is written, and overwrites nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from weft.errors import Misuse, Unknown
from weft.names import ProductName, TableName
from weft.product.types import column_type
from weft.settings import Settings
from weft.workspace import load, read_settings
from weft.workspace.drafting import DraftColumn, SourceDraft, draft_promise, draft_source_contract, typed
from weft.workspace.scaffold import init, new_domain, new_product
from weft.workspace.templates import MARK

STOCK = ProductName("shop.stock")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    init(tmp_path / "mesh", "retail")
    return read_settings(tmp_path / "mesh")


def test_a_new_mesh_keeps_its_own_files_out_of_git(settings: Settings) -> None:
    assert settings.name == "retail"
    assert ".weft/" in (settings.root / ".gitignore").read_text()


def test_a_new_product_has_no_faults(settings: Settings) -> None:
    new_domain(settings, "shop")
    written = new_product(settings, STOCK)
    loaded = load(settings)
    assert loaded.faults == ()
    product = loaded.mesh.products[STOCK]
    assert [table.name for _, _, table in product.promises] == ["stock"]
    assert set(loaded.mesh.reads(product)) == {"stock_file"}
    assert all(path.is_file() for path in written)


def test_each_new_file_names_the_schema_that_completes_it(settings: Settings) -> None:
    written = (*new_domain(settings, "shop"), *new_product(settings, STOCK), settings.root / "mesh.yaml")
    for path in (path for path in written if path.suffix == ".yaml"):
        marker, _, schema = path.read_text().partition("\n")[0].partition("$schema=")
        assert marker == "# yaml-language-server: "
        assert (path.parent / schema).resolve().is_file()


def test_the_sql_of_a_new_product_runs_on_its_data(settings: Settings) -> None:
    new_domain(settings, "shop")
    new_product(settings, STOCK)
    folder = settings.root / "domains/shop/stock"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE stock_file AS FROM read_csv('{folder}/data/stock.csv')")
        rows = connection.execute((folder / "transforms/stock.sql").read_text()).fetchall()
    assert [row[1] for row in rows] == ["first", "second", "third"]


def test_a_domain_may_be_nested(settings: Settings) -> None:
    new_domain(settings, "shop")
    new_domain(settings, "returns", parent="shop")
    assert load(settings).mesh.domains["returns"].parent == "shop"


@pytest.mark.parametrize("name", ["Shop", "select", "mesh", "sh-op"])
def test_a_domain_off_the_rule_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(Misuse):
        new_domain(settings, name)


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    new_domain(settings, "shop")
    new_product(settings, STOCK)
    for again in (
        lambda: init(tmp_path / "mesh", "other"),
        lambda: new_domain(settings, "shop"),
        lambda: new_product(settings, STOCK),
        lambda: draft_promise(settings, TableName("shop.stock.stock"), [DraftColumn("id", "BIGINT")]),
    ):
        with pytest.raises(Misuse, match="already"):
            again()


def test_a_product_of_no_domain_is_told_how_to_make_one(settings: Settings) -> None:
    new_domain(settings, "shop")
    with pytest.raises(Unknown, match=r"Did you mean 'shop'\? Make it with `weft new domain shpo`"):
        new_product(settings, ProductName("shpo.stock"))


COLUMNS = [
    DraftColumn("Order ID", "BIGINT", required=True, key=True),
    DraftColumn("order_id", "VARCHAR"),
    DraftColumn("2nd", "DECIMAL(10,2)", examples=(1.5,)),
    DraftColumn("Größe", "TIMESTAMP WITH TIME ZONE"),
]


def test_a_drafted_source_reads_what_was_found_and_marks_what_is_to_be_said(settings: Settings) -> None:
    new_domain(settings, "shop")
    server = {"type": "local", "path": "../../../../in/orders.csv", "format": "csv"}
    draft_source_contract(
        settings, STOCK, SourceDraft("orders", COLUMNS, server, {"delimiter": ";", "nullValues": ["NA"]})
    )
    loaded = load(settings)
    assert loaded.faults == ()
    (contract,) = loaded.mesh.products[STOCK].contracts
    assert [(c.name, c.source_name, c.type) for c in contract.tables[0].columns] == [
        ("Order_ID", "Order ID", "BIGINT"),
        ("order_id_2", "order_id", "VARCHAR"),
        ("_2nd", "2nd", "DECIMAL(10,2)"),
        ("Grosse", "Größe", "TIMESTAMP WITH TIME ZONE"),
    ]
    assert contract.tables[0].key == ("Order_ID",)
    assert contract.servers[0].options == {"delimiter": ";", "nullValues": '["NA"]'}
    assert contract.purpose.startswith(MARK)


def test_a_drafted_promise_adds_its_port_and_keeps_the_comments(settings: Settings) -> None:
    new_domain(settings, "shop")
    new_product(settings, STOCK)
    folder = settings.root / "domains/shop/stock"
    manifest = folder / "product.odps.yaml"
    manifest.write_text(f"# who owns this?\n{manifest.read_text()}")
    before = manifest.read_text()
    (folder / "transforms/summary.sql").write_text("SELECT count(*) AS n FROM stock")
    draft_promise(settings, TableName("shop.stock.summary"), [DraftColumn("n", "BIGINT")])
    assert (
        manifest.read_text() == before + "  - name: summary\n    version: 1.0.0\n    contractId: shop.stock.summary\n"
    )
    loaded = load(settings)
    assert loaded.faults == ()
    assert [table.name for _, _, table in loaded.mesh.products[STOCK].promises] == ["stock", "summary"]


TYPES = ["VARCHAR", "BIGINT", "INTEGER", "UTINYINT", "DOUBLE", "FLOAT", "DECIMAL(38,0)", "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_NS", "TIME WITH TIME ZONE", "UUID", "JSON", "BLOB", "INTERVAL", "INTEGER[]", "VARCHAR[][]", "FLOAT[3]", "STRUCT(a INTEGER, b VARCHAR[])", "MAP(VARCHAR, INTEGER)", "MAP(VARCHAR, STRUCT(a DECIMAL(4,1)))", "ENUM('a', 'b')"]  # fmt: skip


@pytest.mark.parametrize("duckdb_type", TYPES)
def test_a_drafted_type_is_the_type_that_was_found(duckdb_type: str) -> None:
    assert column_type(typed(duckdb_type)) == duckdb_type
