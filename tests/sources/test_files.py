"""Parquet and JSON as they are met, and files that are broken or change while they are read."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from weft.errors import SourceFault, StoreFault
from weft.product.contract import Column

Source = Callable[..., Any]
AB = {"a": "VARCHAR", "b": "BIGINT"}
JSON: dict[str, tuple[str, str, dict[str, str], list[tuple[Any, ...]]]] = {
    "array": ("json", '[{"a": "x", "b": 1},\n {"a": "y", "b": 2}]', AB, [("x", 1), ("y", 2)]),
    "newline-delimited": ("jsonl", '{"a": "x", "b": 1}\n\n{"a": "y", "b": 2}\n', AB, [("x", 1), ("y", 2)]),
    "objects one after another": ("json", '{"a": "x",\n "b": 1} {"a": "y", "b": 2}', AB, [("x", 1), ("y", 2)]),
    "absent and null": ("ndjson", '{"a": "x"}\n{"a": null, "b": 2}', AB, [("x", None), (None, 2)]),
    "text is kept as it is": ("json", '[{"a": "", "b": 1}, {"a": "NA", "b": 2.0}]', AB, [("", 1), ("NA", 2)]),
    "other values as text": (
        "json",
        '[{"a": 1.50}, {"a": true}, {"a": {"x": 1}}]',
        {"a": "VARCHAR"},
        [("1.5",), ("true",), ('{"x":1}',)],
    ),
    "nested": (
        "json",
        '[{"a": {"x": 1, "y": [1, 2]}, "b": ["p"]}]',
        {"a": "STRUCT(x INTEGER, y INTEGER[])", "b": "VARCHAR[]"},
        [({"x": 1, "y": [1, 2]}, ["p"])],
    ),
    "map": ("json", '[{"a": {"k": 1, "l": 2}}]', {"a": "MAP(VARCHAR, INTEGER)"}, [({"k": 1, "l": 2},)]),
    "decimal": ("json", '[{"a": "1.20"}]', {"a": "DECIMAL(5,2)"}, [(Decimal("1.20"),)]),
    "key with odd characters": ("json", '[{"a.b \\"c\\"": 1}]', {'a.b "c"': "BIGINT"}, [(1,)]),
    "no records": ("json", "[]", AB, []),
    "an empty file of lines": ("ndjson", "", AB, []),
}
NOT_JSON: dict[str, tuple[str, str, dict[str, str], str]] = {
    "cut off": ("json", '[{"a": "x", "b": 1},\n {"a": "y", ', AB, "product/in:2: it is no JSON here"),
    "an array without its end": (
        "json",
        '[{"a": "x", "b": 1},\n {"a": "y", "b": 2}\n',
        AB,
        "product/in:3: it is no JSON here (the array does not end",
    ),
    "a line cut off": ("ndjson", '{"a": "x", "b": 1}\n{"a": "y", "b', AB, "product/in:2: it is no JSON here"),
    "not of the type": (
        "ndjson",
        '{"a": "x", "b": 1}\n{"a": "y", "b": 1.5}\n{"a": "z", "b": "q"}',
        AB,
        "product/in:2: column 'b': 2 values are no BIGINT ('1.5', 'q'), first at lines 2, 3.",
    ),
    "not of the type, in an array": (
        "json",
        '[\n{"a": "x", "b": 1},\n\n{"a": "y", "b": true}]',
        AB,
        "product/in:4: column 'b': 1 value is no BIGINT",
    ),
    "not of the type, nested": (
        "json",
        '[{"a": {"x": "q"}}]',
        {"a": "STRUCT(x INTEGER)"},
        "product/in:1: column 'a': 1 value is no STRUCT(x INTEGER)",
    ),
    "misspelt": (
        "json",
        '[{"a": "x", "B": 1}]',
        AB,
        "product/in: column 'b' is missing from all records. Did you mean 'B'?",
    ),
    "no objects": ("json", "[1, 2]", AB, "it is no JSON here (a record is an object)"),
    "empty": ("json", " ", AB, "product/in: the file is empty"),
}


@pytest.mark.parametrize("case", JSON, ids=lambda case: case.replace(" ", "-"))
def test_json_arrives_as_promised(case: str, source: Source, folder: Path) -> None:
    kind, text, columns, rows = JSON[case]
    (folder / "in").write_text(text)
    assert source(columns, path="in", format=kind).rows() == rows


@pytest.mark.parametrize("case", NOT_JSON, ids=lambda case: case.replace(" ", "-"))
def test_json_is_refused_by_file_and_line(case: str, source: Source, folder: Path) -> None:
    kind, text, columns, said = NOT_JSON[case]
    (folder / "in").write_text(text)
    with pytest.raises(SourceFault) as fault:
        source(columns, path="in", format=kind).arrives()
    assert said in str(fault.value)


def test_json_is_unpacked(source: Source, folder: Path) -> None:
    (folder / "in.json.gz").write_bytes(gzip.compress(b'[{"a": "x", "b": 1}]'))
    assert source(AB, path="in.json.gz", format="json").rows() == [("x", 1)]


def test_a_required_key_that_no_record_has_is_missing(source: Source, folder: Path) -> None:
    (folder / "in.json").write_text('[{"a": "x"}]')
    with pytest.raises(SourceFault, match="column 'b' is missing from all records"):
        source([Column("a", "VARCHAR"), Column("b", "BIGINT", required=True)], path="in.json", format="json").arrives()


def test_keys_that_nobody_promised_are_reported(source: Source, folder: Path) -> None:
    (folder / "in.json").write_text('[{"a": "x", "b": 1, "zz": 2}]')
    columns, _ = source(AB, path="in.json", format="json").arrives().results
    assert (columns.outcome, columns.severity) == ("failed", "warning")
    assert "key 'zz' is in no promise" in columns.message


def parquet(path: Path, query: str) -> None:
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def test_parquet_as_promised_is_offered_as_it_is(source: Source, folder: Path) -> None:
    parquet(folder / "1.parquet", "SELECT 'x' AS a, 1::BIGINT AS b")
    parquet(folder / "2.parquet", "SELECT 'y' AS a, 2::BIGINT AS b")
    arrival = source(AB, path="*.parquet", format="parquet").arrives()
    assert (arrival.original, arrival.rows) == (True, 2)
    assert arrival.files == (folder / "1.parquet", folder / "2.parquet")


def test_parquet_that_changes_under_a_build_is_noticed(source: Source, folder: Path) -> None:
    parquet(folder / "1.parquet", "SELECT 'x' AS a, 1::BIGINT AS b")
    arrival = source(AB, path="1.parquet", format="parquet").arrives()
    arrival.unchanged()
    parquet(folder / "1.parquet", "SELECT 'x' AS a, range AS b FROM range(9)")
    with pytest.raises(SourceFault, match=r"product/1.parquet: it changed while it was read"):
        arrival.unchanged()
    (folder / "1.parquet").unlink()
    with pytest.raises(SourceFault, match=r"source file `product/1.parquet` is missing"):
        arrival.unchanged()


def test_parquet_of_other_types_is_cast(source: Source, folder: Path) -> None:
    parquet(folder / "1.parquet", "SELECT 1::INTEGER AS \"B b\", 'x' AS a, 0 AS extra")
    columns = [Column("a", "VARCHAR"), Column("b", "BIGINT", "B b")]
    made = source(columns, path="1.parquet", format="parquet")
    assert made.rows() == [("x", 1)]
    assert not made.arrives().original


def test_parquet_that_would_lose_is_refused(source: Source, folder: Path) -> None:
    parquet(folder / "1.parquet", "SELECT 'x' AS a, unnest([1.0, 1.5]) AS b")
    with pytest.raises(
        SourceFault, match=r"product/1.parquet: column 'b': 1 values of type DECIMAL\(2,1\) are no BIGINT \('1.5'\)"
    ):
        source(AB, path="1.parquet", format="parquet").arrives()


@pytest.mark.parametrize("cut", [0, 20, 100])
def test_parquet_half_written_is_named(cut: int, source: Source, folder: Path) -> None:
    parquet(folder / "1.parquet", "SELECT 'x' AS a, range AS b FROM range(1000)")
    whole = (folder / "1.parquet").read_bytes()
    (folder / "1.parquet").write_bytes(whole[:-cut] if cut else b"")
    with pytest.raises(SourceFault, match=r"product/1.parquet: it cannot be read as Parquet"):
        source(AB, path="1.parquet", format="parquet").arrives()


def test_a_server_of_no_kind_that_can_be_read_is_refused(source: Source) -> None:
    with pytest.raises(SourceFault, match=r"none of its servers \(kafka\) can be read"):
        source(AB, "kafka", host="x").arrives()


def test_a_format_that_there_is_not_is_refused(source: Source) -> None:
    with pytest.raises(SourceFault, match="there is no format 'delta'"):
        source(AB, path="x", format="delta").arrives()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(("name", "data"), [("in.csv", "a,b\nx,1\n"), ("in.json", '[{"a": "x", "b": 1}]')])
def test_a_full_disk_is_not_the_sources_fault(name: str, data: str, source: Source, folder: Path) -> None:
    (folder / name).write_text(data)
    made = source(AB, path=name, format=name[3:])
    (made.root / "out.parquet").symlink_to("/dev/full")
    with pytest.raises(StoreFault, match="No space left on device"):
        made.arrives()


LIMITED = """
import resource, sys
from pathlib import Path
from weft.names import ProductName
from weft.product.contract import Column, Contract, Server, Table
from weft.product.mesh import Read
from weft.product.product import InputPort, Product
from weft.sources import Request, arrive

root, name, format_ = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
table = Table("rows", (Column("a", "VARCHAR"), Column("b", "BIGINT")))
server = Server("files", "local", {"path": name, "format": format_})
contract = Contract("c", "1.0.0", (table,), "c.odcs.yaml", servers=(server,))
read = Read("rows", InputPort("rows", "c"), table, contract)
product = Product(ProductName("a.b"), "a.b", "", "", (contract,))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    arrive(Request(read, product, root, root / "out.parquet"))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz"])
def test_a_limit_on_the_size_of_files_is_not_the_sources_fault(name: str, tmp_path: Path) -> None:
    rows = "a,b\n" + "".join(f"{hash(i * 7919):x}{i * 104729 % 99991:x},{i}\n" for i in range(40_000))
    (tmp_path / name).write_bytes(gzip.compress(rows.encode()) if name.endswith("gz") else rows.encode())
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), name, "csv"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("StoreFault")
    assert "out.parquet cannot be written (File too large)" in done.stdout
    assert "ulimit -f" in done.stdout
