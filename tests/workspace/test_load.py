"""A workspace is read whole, every fault at its line, and what did not change is not read again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from weft.workspace import load

if TYPE_CHECKING:
    Shop = Any

ORDERS = "domains/shop/orders"
MANIFEST = f"{ORDERS}/product.odps.yaml"
PROMISE = f"{ORDERS}/contracts/orders.odcs.yaml"
SOURCE = f"{ORDERS}/contracts/order_file.odcs.yaml"
SQL = f"{ORDERS}/transforms/orders.sql"


def test_a_right_workspace_has_no_faults(shop: Shop) -> None:
    loaded = load(shop.settings)
    assert loaded.faults == ()
    product = loaded.mesh.products["shop.orders"]
    assert [contract.id for contract in product.contracts] == ["shop.order_file", "shop.orders"]
    assert product.transforms[0].reading.names == ("order_file",)
    assert product.promises[0][2].columns[0].type == "BIGINT"
    assert loaded.mesh.domains["shop"].folder == "domains/shop"


FAULTS: list[tuple[str, str, str, str]] = [
    (MANIFEST, "domain: shop", "domain: shpo", f"{MANIFEST}:5: the manifest says domain 'shpo', and lies in the folder of 'shop'. Write `domain: shop`, or move the folder."),
    (MANIFEST, "status: active", "statsu: active", f"{MANIFEST}:4: unknown field 'statsu'. Did you mean 'status'?"),
    (MANIFEST, "status: active", "status: a\nstatus: b", f"{MANIFEST}:5: the key 'status' is given twice. Remove one of them."),
    (MANIFEST, "status: active", "status: [a", f"{MANIFEST}:5: this is no YAML: did not find expected ',' or ']'. Close the bracket, or put a comma between the values."),
    (MANIFEST, "contractId: shop.orders,", "contractId: shop.order,", f"{MANIFEST}:9: output port 'orders' promises contract 'shop.order', and no file in contracts/ has that id. Did you mean 'shop.orders'?"),
    (MANIFEST, "contractId: shop.orders, version: 1.0.0", "contractId: shop.orders, version: 1.1.0", f"{MANIFEST}:9: output port 'orders' is version 1.1.0, and its contract is 1.0.0. Write the same version in both."),
    (MANIFEST, "inputPorts:\n  - {name: order_file, contractId: shop.order_file, version: 1.0.0}\n", "", f"{SOURCE}:1: contract 'shop.order_file' 1.0.0 has no input port. Add one to inputPorts that says `contractId: shop.order_file`, to read it."),
    (MANIFEST, "name: orders", "name: Orders", f"{MANIFEST}:9: output port 'Orders' is no name: lower-case letters, digits and '_' only, beginning with a letter."),
    (MANIFEST, "name: orders", "name: table", f"{MANIFEST}:9: output port 'table' is a reserved word of SQL."),
    (MANIFEST, "name: order_file", "name: orders", f"{MANIFEST}:7: 'orders' is an input port, and transforms/orders.sql makes a table of that name. Rename one of them: in SQL a name is one thing."),
    (MANIFEST, "version: 1.0.0}\noutput", "version: one}\noutput", f"{MANIFEST}:7: input port 'order_file': 'one' is no semantic version (major.minor.patch, such as 1.0.0)."),
    (PROMISE, "logicalType: integer", "logicalType: integr", f"{PROMISE}:9: property 'id': unknown logicalType 'integr'. Did you mean 'integer'?"),
    (PROMISE, "version: 1.0.0", "version: 1.0", f"{PROMISE}:4: version must be a text, and is a number (1.0). Put it in quotes: '1.0'."),
    (PROMISE, "version: 1.0.0", "version: '1.0'", f"{PROMISE}:4: '1.0' is no semantic version (major.minor.patch, such as 1.0.0)."),
    (PROMISE, "apiVersion: v3.2.0", "apiVersion: v2.2.2", f"{PROMISE}:1: ODCS v2.2.2 is not read. Write it as v3.2.0; v3.1.0, v3.0.2, v3.0.1, v3.0.0 are read too."),
    (PROMISE, "name: id,", "name: order id,", f"{PROMISE}:9: table 'orders': 'order id' is no name of a column (letters, digits and '_', no digit first). Keep what the source calls it in `physicalName`."),
    (PROMISE, "      - {name: id, logicalType: integer}", "      - {name: id, logicalType: integer}\n      - {name: ID, logicalType: integer}", f"{PROMISE}:10: table 'orders': the column 'ID' is given twice. Remove one."),
    (SQL, "SELECT id FROM order_file", "SELECT id FROM 'orders.csv'", ""),
    ("domains/shop/domain.yaml", "name: shop", "name: store", "domains/shop/domain.yaml:1: the domain is named 'store', and its folder 'shop'. Write `name: shop`, or rename the folder."),
    ("domains/shop/domain.yaml", "name: shop", "name: shop\nparent: retail", "domains/shop/domain.yaml:2: the parent is said to be 'retail', and the folder lies in no other domain's. Move the folder, or write the domain that it lies in."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "fault"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_what_is_wrong_is_said_where_it_is_and_alone(
    shop: Shop, file: str, before: str, after: str, fault: str
) -> None:
    shop.change(file, before, after)
    said = shop.said
    assert len(said) == 1, said
    assert said[0] == fault or (not fault and said[0].startswith(f"{file}"))


ADDED = [
    ("domains/shop/orders/transforms/orders.py", "def orders(order_file): ...", "orders.sql: 'orders' is made here and in orders.py. Keep one of them."),
    ("domains/shop/orders/transforms/Orders.sql", "SELECT 1", "Orders.sql: transform 'Orders' is no name: lower-case letters, digits and '_' only, beginning with a letter. Name the file after the table that it makes."),
    ("domains/shop/orders/transforms/orders@one.sql", "SELECT 1", "orders@one.sql: 'one' names no line. Write a major version, `departures@1.sql`, or a preview, `departures@2.0.0-beta.1.sql`."),
    ("domains/shop/orders/transforms/step.py", "def stop(): ...", "step.py: no function here is named 'step', after the table. Did you mean 'stop'?"),
    ("domains/shop/orders/transforms/step.py", "def step(:", "step.py:1: this is no Python: invalid syntax."),
    ("domains/shop/orders/tests/order.yaml", "- {name: a, given: {}, expect: []}", "order.yaml: this tests 'order', and no transform makes that. Did you mean 'orders'?"),
    ("domains/shop/orders/contracts/more.yaml", "", "more.yaml: this is not read as a contract. Name it `<name>.odcs.yaml`."),
    ("domains/shop/orders/build.yaml", "refresh: 1 week", "build.yaml:1: refresh '1 week' is not what can stand here. Write a time such as `30s`, `15m`, `1h` or `1d`, or a number."),
    ("domains/shop/more/orders/product.odps.yaml", "apiVersion: v1.1.0\nkind: DataProduct\nid: a\n", "product.odps.yaml: the folder domains/shop/more is no domain, and this product lies in it. Add domains/shop/more/domain.yaml with its `name`, or move the product into a domain."),
    ("domains/shop/more/product.odps.yaml", "apiVersion: v1.1.0\nkind: DataProduct\nid: shop.orders\n", "product.odps.yaml:1: the id 'shop.orders' is also that of shop.more. Give each product an id of its own."),
    ("domains/shop/sub/shop/domain.yaml", "name: shop\n", "domain.yaml: the folder domains/shop/sub is no domain, and this domain lies in it. Add domains/shop/sub/domain.yaml with its `name`, or move the domain into a domain."),
    ("domains/shop/shop/domain.yaml", "name: shop\n", "domain.yaml:1: the domain 'shop' is also the folder domains/shop. Rename one: a domain's name is unique in the mesh, however deep it is nested."),
    ("domains/mesh/domain.yaml", "name: mesh\n", "domain.yaml:1: the domain `mesh` is the mesh's own metadata. Rename this one."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "fault"), ADDED, ids=[a[0] for a in ADDED])
def test_a_file_that_fits_nowhere_is_said(shop: Shop, file: str, text: str, fault: str) -> None:
    shop.write(file, text)
    assert any(said.endswith(fault) for said in shop.said), shop.said


def test_a_product_with_a_fault_is_broken_and_the_others_are_not(shop: Shop) -> None:
    shop.write("domains/shop/other/product.odps.yaml", "apiVersion: v1.1.0\nkind: DataProduct\nid: other\nstatus: 1\n")
    loaded = load(shop.settings)
    assert loaded.broken == {"shop.other"}
    assert set(loaded.mesh.products) == {"shop.orders"}


def test_a_file_that_is_not_utf_8_is_said_with_its_line(shop: Shop) -> None:
    (shop.root / MANIFEST).write_bytes(b"apiVersion: v1.1.0\nname: caf\xe9\n")
    assert shop.said == [f"{MANIFEST}:2: this is not UTF-8. Save the file as UTF-8."]


def test_a_symbolic_link_is_refused(shop: Shop) -> None:
    (shop.root / f"{ORDERS}/transforms/leak.sql").symlink_to("/etc/hostname")
    (shop.root / "domains/away").symlink_to("/tmp")
    assert [said.partition(":")[0] for said in shop.said] == ["domains/away", f"{ORDERS}/transforms/leak.sql"]


def test_a_pipe_is_refused_and_not_waited_for(shop: Shop) -> None:
    os.mkfifo(shop.root / f"{ORDERS}/transforms/pipe.sql")
    assert [said.partition(":")[0] for said in shop.said] == [f"{ORDERS}/transforms/pipe.sql"]


def test_nested_domains_have_a_parent(shop: Shop) -> None:
    shop.write("domains/shop/returns/domain.yaml", "name: returns\nparent: shop\n")
    loaded = load(shop.settings)
    assert loaded.faults == ()
    assert loaded.mesh.domains["returns"].parent == "shop"


def test_an_unchanged_workspace_is_loaded_without_parsing(shop: Shop) -> None:
    before = load(shop.settings)
    script = (
        "import sys\nfrom pathlib import Path\nfrom weft.workspace import load, read_settings\n"
        "loaded = load(read_settings(Path(sys.argv[1])))\n"
        "assert len(loaded.mesh.products) == 1\n"
        "print({'yaml', 'sqlglot', 'jsonschema_rs', 'ruamel.yaml', 'duckdb'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", script, str(shop.root)], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
    assert load(shop.settings) == before


def test_faults_come_again_from_the_cache(shop: Shop) -> None:
    shop.change(MANIFEST, "name: orders", "name: Orders")
    assert shop.said == shop.said != []


def test_a_change_within_the_clocks_tick_is_seen(shop: Shop) -> None:
    path = shop.root / SQL
    load(shop.settings)
    stat = path.stat()
    path.write_text(path.read_text().replace("id", "Id"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert load(shop.settings).mesh.products["shop.orders"].transforms[0].text == "SELECT Id FROM order_file\n"


def test_an_old_file_is_not_opened_again(shop: Shop) -> None:
    old = time.time_ns() - 10_000_000_000
    for path in shop.root.rglob("*.*"):
        if path.is_file() and ".weft" not in path.parts:
            os.utime(path, ns=(old, old))
    before = load(shop.settings)
    for path in shop.root.rglob("*.sql"):
        path.chmod(0)
        path.write_text("SELECT 2") if not os.access(path, os.R_OK) else None
    assert load(shop.settings) == before


@pytest.mark.parametrize("content", [b"", b"not ours", b"\x81\xa4code\xa3old", b"\xc1"])
def test_a_cache_that_is_not_whole_is_ignored(shop: Shop, content: bytes) -> None:
    before = load(shop.settings)
    for name in ("workspace.cache", "settings.cache"):
        (shop.root / ".weft" / name).write_bytes(content)
    assert load(shop.settings) == before


def test_equal_folders_are_equal_products_and_a_test_changes_the_digest(shop: Shop) -> None:
    digest = load(shop.settings).mesh.products["shop.orders"].digest
    (shop.root / SQL).touch()
    assert load(shop.settings).mesh.products["shop.orders"].digest == digest
    shop.write(f"{ORDERS}/tests/orders.yaml", "- {name: a, given: {}, expect: []}")
    assert load(shop.settings).mesh.products["shop.orders"].digest != digest


def test_a_data_file_is_no_part_of_the_product(shop: Shop) -> None:
    digest = load(shop.settings).mesh.products["shop.orders"].digest
    shop.write(f"{ORDERS}/data/orders.csv", "id\n1\n")
    assert load(shop.settings).mesh.products["shop.orders"].digest == digest


def test_a_removed_product_is_gone(shop: Shop) -> None:
    load(shop.settings)
    for path in sorted((shop.root / ORDERS).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert load(shop.settings).mesh.products == {}


def test_modules_and_the_lock_file_count_for_python_only(shop: Shop) -> None:
    def modules() -> str:
        return load(shop.settings).mesh.products["shop.orders"].modules

    shop.write("uv.lock", "a")
    assert modules() == ""
    shop.write(
        f"{ORDERS}/transforms/step.py", "from _kit import x\n\ndef step(order_file):\n    return x(order_file)\n"
    )
    first = modules()
    shop.write(f"{ORDERS}/transforms/_kit.py", "def x(t):\n    return t\n")
    second = modules()
    shop.write(f"{ORDERS}/transforms/_kit.py", 'def x(t):\n    """As it is."""\n    return t  # yes\n')
    assert modules() == second
    shop.write("uv.lock", "b")
    assert len({first, second, modules()}) == 3


def test_the_load_survives_a_folder_that_cannot_be_written(shop: Shop, tmp_path: Path) -> None:
    (shop.root / ".weft").write_text("a file where a folder should be")
    assert load(shop.settings).faults == ()


READ_BY_TWO = """
import os, sys
from importlib import import_module
from pathlib import Path
from weft.workspace import load, read_settings
loading = import_module("weft.workspace.load")
root, how = Path(sys.argv[1]), sys.argv[2]
loading.WORTH_A_CHILD = 2 if how != "one" else 1000
if how == "died":
    parent, whole = os.getpid(), loading._Loading.half
    loading._Loading.half = lambda self, *rest: os._exit(9) if os.getpid() != parent else whole(self, *rest)
loaded = load(read_settings(root))
print(sorted((name, product.digest) for name, product in loaded.mesh.products.items()))
print(*loaded.faults, sep="\\n")
print(len(loading.read_cache(root / ".weft").products))
"""


def test_a_mesh_that_two_processes_read_is_the_one_that_one_reads(shop: Shop) -> None:
    for number in range(9):
        folder = f"domains/shop/copy_{number}"
        shutil.copytree(shop.root / ORDERS, shop.root / folder)
        shop.write(
            f"{folder}/transforms/orders.sql",
            f"SELECT id FROM 'orders_{number}.csv'" if number % 4 == 3 else "SELECT id FROM order_file",
        )

    def read(how: str) -> str:
        shutil.rmtree(shop.root / ".weft", ignore_errors=True)
        told = subprocess.run(
            [sys.executable, "-c", READ_BY_TWO, str(shop.root), how], capture_output=True, text=True, check=True
        )
        assert told.stderr == ""
        return told.stdout

    alone = read("one")
    assert "orders_3.csv" in alone and alone.splitlines()[-1] == "10"
    assert read("two") == alone
    assert read("died") == alone
