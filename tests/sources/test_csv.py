"""CSV of all kinds arrives as promised, or is refused with its file and line."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from weft.errors import SourceFault
from weft.product.contract import Column

AB = {"a": "VARCHAR", "b": "BIGINT"}
PLAIN = [("x", 1), ("y", 2)]


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.csv", data)
    return buffer.getvalue()


READ: dict[str, tuple[bytes, dict[str, Any], dict[str, str], list[tuple[Any, ...]]]] = {
    "lf": (b"a,b\nx,1\ny,2\n", {}, AB, PLAIN),
    "crlf": (b"a,b\r\nx,1\r\ny,2\r\n", {}, AB, PLAIN),
    "cr": (b"a,b\rx,1\ry,2\r", {}, AB, PLAIN),
    "mixed line ends": (b"a,b\r\nx,1\ny,2\r", {}, AB, PLAIN),
    "mixed line ends keep those in quotes": (b'a,b\r\n"x\r\nz",1\ny,2\r', {}, AB, [("x\r\nz", 1), ("y", 2)]),
    "no last line end": (b"a,b\nx,1\ny,2", {}, AB, PLAIN),
    "blank lines": (b"\na,b\n\nx,1\n\ny,2\n\n", {}, AB, PLAIN),
    "byte order mark": (b"\xef\xbb\xbfa,b\nx,1\ny,2\n", {}, AB, PLAIN),
    "header only": (b"a,b\n", {}, AB, []),
    "header without line end": (b"a,b", {}, AB, []),
    "empty without header": (b"", {"header": False}, AB, []),
    "no header": (b"x,1\ny,2\n", {"header": False}, AB, PLAIN),
    "skipped lines": (b"made by hand\n\na,b\nx,1\ny,2\n", {"skip": 1}, AB, PLAIN),
    "skipped lines without header": (b"made by hand\nx,1\ny,2\n", {"skip": 1, "header": "false"}, AB, PLAIN),
    "semicolon": (b"a;b\nx;1\ny;2\n", {"delimiter": ";"}, AB, PLAIN),
    "tab": (b"a\tb\nx\t1\ny\t2\n", {"delimiter": "\\t"}, AB, PLAIN),
    "pipe": (b"a|b\nx|1\ny|2\n", {"delimiter": "|"}, AB, PLAIN),
    "other quote": (b"a,b\n'x',1\n'y',2\n", {"quote": "'"}, AB, PLAIN),
    "other escape": (b'a,b\n"x\\"z",1\n', {"escape": "\\"}, AB, [('x"z', 1)]),
    "no quote": (b'a,b\n"x",1\n', {"quote": ""}, AB, [('"x"', 1)]),
    "quoted delimiter and line end": (b'a,b\n"x,\nz",1\n', {}, AB, [("x,\nz", 1)]),
    "header over two lines": (b'"a\nq",b\nx,1\n', {}, {"a\nq": "VARCHAR", "b": "BIGINT"}, [("x", 1)]),
    "text is kept as it is": (b'a,b\n x ,1\nNA,2\n"",3\n,4\n', {}, AB, [(" x ", 1), ("NA", 2), ("", 3), (None, 4)]),
    "null values": (b'a,b\nNA,NA\n"NA",-\n', {"nullValues": "NA, -"}, AB, [(None, None), ("NA", None)]),
    "null values as a list": (b"a,b\nNA,1\n", {"nullValues": '["NA"]'}, AB, [(None, 1)]),
    "a quoted empty number is nothing": (b'a,b\n"x",""\n', {}, AB, [("x", None)]),
    "columns in another order": (b"b,a\n1,x\n2,y\n", {}, AB, PLAIN),
    "whole numbers written otherwise": (b"a,b\nx,1.0\ny,2e0\n", {}, AB, PLAIN),
    "numbers beyond a double": (b"a,b\nx,9007199254740993\n", {}, AB, [("x", 9007199254740993)]),
    "huge numbers": (
        b"a\n123456789012345678901234567890\n",
        {},
        {"a": "DECIMAL(38,0)"},
        [(Decimal("123456789012345678901234567890"),)],
    ),
    "decimals": (
        b"a\n1.20\n-3\n1.500\n1e2\n",
        {},
        {"a": "DECIMAL(5,2)"},
        [(Decimal("1.20"),), (Decimal("-3.00"),), (Decimal("1.50"),), (Decimal("100.00"),)],
    ),
    "decimal comma": (
        b"a;b\n1,5;2,25\n",
        {"delimiter": ";", "decimal": ","},
        {"a": "DOUBLE", "b": "DECIMAL(5,2)"},
        [(1.5, Decimal("2.25"))],
    ),
    "dates": (
        b"a,b\n2013-01-31,2013-01-31T00:00:00\n",
        {},
        {"a": "DATE", "b": "DATE"},
        [(date(2013, 1, 31), date(2013, 1, 31))],
    ),
    "date format": (b"a\n11/06/2013\n", {"dateFormat": "%m/%d/%Y"}, {"a": "DATE"}, [(date(2013, 11, 6),)]),
    "timestamps are in UTC": (
        b"a,b,c\n2013-01-01T10:00:00Z,2013-01-01 10:00:00+02,2013-01-01 10:00\n",
        {},
        {"a": "TIMESTAMP", "b": "TIMESTAMP", "c": "TIMESTAMP"},
        [(datetime(2013, 1, 1, 10), datetime(2013, 1, 1, 8), datetime(2013, 1, 1, 10))],
    ),
    "timestamp format": (
        b"a\n06.11.2013 10:30\n",
        {"timestampFormat": "%d.%m.%Y %H:%M"},
        {"a": "TIMESTAMP"},
        [(datetime(2013, 11, 6, 10, 30),)],
    ),
    "booleans and times": (
        b"a,b,c\ntrue,F,10:30:00\n",
        {},
        {"a": "BOOLEAN", "b": "BOOLEAN", "c": "TIME"},
        [(True, False, time(10, 30))],
    ),
    "nested": (b'a,b\n"[1, 2]","{""x"": 1}"\n', {}, {"a": "INTEGER[]", "b": "STRUCT(x INTEGER)"}, [([1, 2], {"x": 1})]),
    "latin-1": ("a,b\nJosé,1\n".encode("latin-1"), {"encoding": "ISO-8859-1"}, AB, [("José", 1)]),
    "cp1252": ("a,b\n€,1\n".encode("cp1252"), {"encoding": "cp1252"}, AB, [("€", 1)]),
    "utf-16": ("a,b\nJosé,1\n".encode("utf-16"), {"encoding": "UTF-16"}, AB, [("José", 1)]),
    "gzip": (gzip.compress(b"a,b\nx,1\ny,2\n"), {}, AB, PLAIN),
    "gzip of two members": (gzip.compress(b"a,b\nx,1\n") + gzip.compress(b"y,2\n"), {}, AB, PLAIN),
    "bz2": (bz2.compress(b"a,b\nx,1\ny,2\n"), {"compression": "bz2"}, AB, PLAIN),
    "xz": (lzma.compress(b"a,b\nx,1\ny,2\n"), {}, AB, PLAIN),
    "zip": (zipped(one=b"a,b\nx,1\ny,2\n"), {}, AB, PLAIN),
    "zip, a member of it": (zipped(one=b"no", two=b"a,b\nx,1\ny,2\n"), {"member": "two.csv"}, AB, PLAIN),
    "gzip in latin-1": (gzip.compress("a,b\nJosé,1\n".encode("latin-1")), {"encoding": "latin-1"}, AB, [("José", 1)]),
}

REFUSED: dict[str, tuple[bytes, dict[str, Any], dict[str, str], str]] = {
    "not of the type": (
        b"a,b\nx,1\ny,zz\nz,NA\n",
        {},
        AB,
        "product/in.csv:3: column 'b': 2 values are no BIGINT ('zz', 'NA'), first at lines 3, 4. Correct",
    ),
    "not of the type, after quoted lines": (
        b'a,b\n"x\n\ny",1\n"p\r\nq",bad\n',
        {},
        AB,
        "product/in.csv:5: column 'b': 1 value is no BIGINT ('bad')",
    ),
    "not of the type, in CR lines": (b"a,b\rx,1\ry,zz\r", {}, AB, "product/in.csv:3: column 'b'"),
    "not of the type, after a mark and blank lines": (
        b"\xef\xbb\xbf\n\na,b\n\nx,zz\n",
        {},
        AB,
        "product/in.csv:5: column 'b'",
    ),
    "not of the type, in mixed lines": (b"a,b\r\nx,1\ny,zz\r", {}, AB, "product/in.csv:3: column 'b'"),
    "not of the type, after skipped lines": (b"one\ntwo\na,b\nx,zz\n", {"skip": 2}, AB, "product/in.csv:4: column 'b'"),
    "not of the type, without header": (b"x,1\ny,zz\n", {"header": False}, AB, "product/in.csv:2: column 'b'"),
    "not of the type, in gzip": (gzip.compress(b"a,b\nx,1\ny,zz\n"), {}, AB, "product/in.csv:3: column 'b'"),
    "not of the type, in utf-16": (
        "a,b\nx,1\ny,zz\n".encode("utf-16"),
        {"encoding": "utf-16"},
        AB,
        "product/in.csv:3: column 'b'",
    ),
    "a value for nothing": (
        b"a,b\nx,NA\ny,NA\n",
        {},
        AB,
        "If it means that nothing is known, add 'NA' to `nullValues`",
    ),
    "a fraction": (b"a,b\nx,1.5\n", {}, AB, "product/in.csv:2: column 'b': 1 value is no BIGINT ('1.5')"),
    "too large": (b"a\n300\n", {}, {"a": "TINYINT"}, "product/in.csv:2: column 'a': 1 value is no TINYINT ('300')"),
    "too many digits": (
        b"a\n1.239\n",
        {},
        {"a": "DECIMAL(5,2)"},
        "product/in.csv:2: column 'a': 1 value is no DECIMAL(5,2) ('1.239')",
    ),
    "a point where a comma is": (b"a\n1.5\n", {"decimal": ",", "delimiter": ";"}, {"a": "DOUBLE"}, "'1.5'"),
    "a time in a date": (
        b"a\n2013-01-01 10:00:00\n",
        {},
        {"a": "DATE"},
        "product/in.csv:2: column 'a': 1 value is no DATE",
    ),
    "no such day": (
        b"a\n11/31/2013\n",
        {"dateFormat": "%m/%d/%Y"},
        {"a": "DATE"},
        "product/in.csv:2: column 'a': 1 value is no DATE",
    ),
    "missing column": (b"a,B\nx,1\n", {}, AB, "product/in.csv:1: column 'b' is missing. Did you mean 'B'?"),
    "missing column without header": (
        b"x\ny\n",
        {"header": False},
        AB,
        "product/in.csv:1: column 2 ('b') is missing: the line has 1 fields",
    ),
    "column twice": (b"a,b,b\nx,1,2\n", {}, AB, "product/in.csv:1: column 'b' is there twice"),
    "too few fields": (b"a,b\nx,1\n\ny\nz,2\n", {}, AB, "product/in.csv:4: too few fields in a row (2 are promised)"),
    "too many fields": (
        b'a,b\n"x\n",1\nz,2,3\n',
        {},
        AB,
        "product/in.csv:4: too many fields in a row (2 are promised)",
    ),
    "cut in a quoted field": (b'a,b\nx,1\n"y', {}, AB, "product/in.csv:3: a quoted field does not end as it should"),
    "cut in a line": (b"a,b\nx,1\ny", {}, AB, "product/in.csv:3: too few fields"),
    "text after a quote": (b'a,b\n"x"z,1\n', {}, AB, "product/in.csv:2: a quoted field does not end as it should"),
    "empty": (b"", {}, AB, "product/in.csv: the file is empty: it has no header line"),
    "no UTF-8": (b"a,b\nx,1\nJos\xe9,2\n", {}, AB, "product/in.csv:3: no UTF-8 in a row. Say the right `encoding`"),
    "no UTF-16": (b"a,b\nx,1\n", {"encoding": "utf-16"}, AB, "product/in.csv:1: bytes 61 2c 62 0a are no utf-16"),
    "gzip cut off": (
        gzip.compress(b"a,b\nx,1\ny,2\n")[:-12],
        {},
        AB,
        "product/in.csv: its gzip is broken or half written",
    ),
    "gzip with a wrong sum": (
        gzip.compress(b"a,b\nx,1\n")[:-8] + b"12345678",
        {},
        AB,
        "product/in.csv: its gzip is broken",
    ),
    "zip cut off": (zipped(one=b"a,b\nx,1\n")[:-30], {}, AB, "product/in.csv: its zip is broken or half written"),
    "zip of two": (
        zipped(one=b"1", two=b"2"),
        {},
        AB,
        "the archive has 2 members. Unpack it, or name one as option `member` of the contract's server: one.csv, two.csv.",
    ),
    "zip without the member": (zipped(one=b"1"), {"member": "two.csv"}, AB, "the archive has no member 'two.csv'"),
    "larger than it may be": (gzip.compress(b"a,b\nx,1\n"), {"maximumBytes": 5}, AB, "it holds more than 5 bytes"),
    "an option that there is not": (
        b"",
        {"nulValues": "NA"},
        AB,
        "there is no source option 'nulValues'. Did you mean 'nullValues'?",
    ),
    "an option that cannot be": (b"", {"skip": "two"}, AB, "option 'skip' is a number, not 'two'"),
    "a delimiter of two characters": (b"", {"delimiter": "||"}, AB, "option 'delimiter' is one character, not '||'"),
    "an encoding that there is not": (b"", {"encoding": "utf-99"}, AB, "there is no encoding 'utf-99'"),
}


@pytest.mark.parametrize("case", READ, ids=lambda case: case.replace(" ", "-"))
def test_a_file_arrives_as_promised(case: str, source: Callable[..., Any], folder: Path) -> None:
    data, options, columns, rows = READ[case]
    (folder / "in.csv").write_bytes(data)
    assert source(columns, path="in.csv", format="csv", **options).rows() == rows


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.replace(" ", "-"))
def test_a_file_is_refused_by_file_and_line(case: str, source: Callable[..., Any], folder: Path) -> None:
    data, options, columns, said = REFUSED[case]
    (folder / "in.csv").write_bytes(data)
    with pytest.raises(SourceFault) as fault:
        source(columns, path="in.csv", format="csv", **options).arrives()
    assert said in str(fault.value)


def test_a_file_in_another_encoding_is_read_in_the_one_to_fall_back_on_and_named(
    source: Callable[..., Any], folder: Path
) -> None:
    (folder / "monday.csv").write_bytes("a,b\nJosé,1\n".encode())
    (folder / "tuesday.csv").write_bytes("a,b\nJosé,2\n".encode("latin-1"))
    made = source(AB, path="*.csv", format="csv", fallbackEncoding="latin-1")
    columns, values = made.arrives().results
    assert made.rows() == [("José", 1), ("José", 2)]
    assert (columns.outcome, values.outcome, values.severity, values.measured) == ("passed", "failed", "warning", 1)
    assert "product/tuesday.csv: it is no utf-8, and is read as iso8859-1" in values.message


def test_a_file_in_neither_encoding_is_refused(source: Callable[..., Any], folder: Path) -> None:
    (folder / "in.csv").write_bytes(b"a,b\nJos\xe9,1\n")
    with pytest.raises(SourceFault, match=r"product/in\.csv:1: bytes .* are no utf-16"):
        source(AB, path="in.csv", format="csv", fallbackEncoding="utf-16").arrives()


def test_nothing_is_left_of_a_refused_arrival(source: Callable[..., Any], folder: Path) -> None:
    (folder / "in.csv").write_bytes(b"a,b\r\nx,1\ny,zz\r")
    made = source(AB, path="in.csv", format="csv")
    with pytest.raises(SourceFault):
        made.arrives()
    assert [path.name for path in made.root.iterdir()] == ["product"]


def test_an_extra_column_is_reported_and_stops_nothing(source: Callable[..., Any], folder: Path) -> None:
    (folder / "in.csv").write_bytes(b"a,c,b\nx,2,3\n")
    columns, values = source(AB, path="in.csv", format="csv").arrives().results
    assert (columns.outcome, columns.severity, values.outcome) == ("failed", "warning", "passed")
    assert "product/in.csv:1: column 'c' is in no promise" in columns.message


def test_what_is_wrong_alike_in_many_files_is_said_of_the_first_few(source: Callable[..., Any], folder: Path) -> None:
    for day in range(10, 22):
        (folder / f"{day}.csv").write_bytes(b"a\nx\n")
    with pytest.raises(SourceFault) as fault:
        source(AB, path="*.csv", format="csv").arrives()
    lines = str(fault.value).splitlines()
    assert (len(lines), lines[-1]) == (6, "and in 7 files more, the last of them product/21.csv")


def test_every_fault_of_every_file_is_said_at_once(source: Callable[..., Any], folder: Path) -> None:
    (folder / "one.csv").write_bytes(b"a,b\nx,p\n")
    (folder / "two.csv").write_bytes(b"b,a\nq,x\n1\n")
    with pytest.raises(SourceFault) as fault:
        source(AB, path="*.csv", format="csv").arrives()
    places = [line.split(": ")[0] for line in str(fault.value).splitlines()]
    assert places == ["product/one.csv:2", "product/two.csv:3", "product/two.csv:2"]


def test_files_of_a_glob_arrive_in_order_by_name_of_column(source: Callable[..., Any], folder: Path) -> None:
    (folder / "b.csv").write_bytes(b"b,a\n2,y\n")
    (folder / "a.csv").write_bytes(b"a,b\nx,1\n")
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"a,b,more\nz,3,0\n"))
    assert source(AB, path="[a-c].csv*", format="csv").rows() == [("x", 1), ("y", 2), ("z", 3)]


def test_a_folder_is_read_by_the_endings_of_its_format(source: Callable[..., Any], folder: Path) -> None:
    (folder / "day").mkdir()
    (folder / "day" / "a.csv").write_bytes(b"a,b\nx,1\n")
    (folder / "day" / "b.CSV").write_bytes(b"a,b\ny,2\n")
    (folder / "day" / "notes.md").write_bytes(b"no data")
    assert source(AB, path="day", format="csv").rows() == PLAIN


def test_a_source_calls_its_columns_what_it_likes(source: Callable[..., Any], folder: Path) -> None:
    (folder / "in.csv").write_text('"Pay, in $",ID\n1.5,x\n')
    columns = [Column("pay", "DOUBLE", "Pay, in $"), Column("id", "VARCHAR", "ID")]
    arrival = source(columns, path="in.csv", format="csv").arrives()
    assert arrival.columns == (("pay", "DOUBLE"), ("id", "VARCHAR"))


def test_paths_say_variables_of_the_environment(
    source: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "in.csv").write_bytes(b"a,b\nx,1\n")
    monkeypatch.setenv("WHERE", str(folder))
    assert source(AB, path="${WHERE}/${FILE:-in}.csv", format="csv").rows() == [("x", 1)]


def test_a_variable_that_is_not_set_is_named(source: Callable[..., Any]) -> None:
    with pytest.raises(SourceFault, match="the environment has no variable WEFT_NOWHERE"):
        source(AB, path="${WEFT_NOWHERE}/in.csv", format="csv").arrives()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("no.csv", "source file `product/no.csv` is missing"),
        ("no*.csv", "no file matches product/no"),
        (".", "the folder product holds no csv file"),
    ],
)
def test_a_file_that_is_not_there_is_named(source: Callable[..., Any], path: str, said: str) -> None:
    with pytest.raises(SourceFault, match=said):
        source(AB, path=path, format="csv").arrives()
