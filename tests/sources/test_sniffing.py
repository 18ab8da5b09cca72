"""A first sight says of a file what its contract will have to, so that the file then arrives by it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weft.errors import SourceFault
from weft.product.contract import Column
from weft.sources import sniff

Source = Callable[..., Any]
CELLS = {
    "whole numbers": (["1", "-2", "30"], "BIGINT"),
    "whole numbers with nothing": (["1", "NA", ""], "BIGINT"),
    "codes with zeros before": (["01", "02", "30"], "VARCHAR"),
    "one nought": (["0", "1"], "BIGINT"),
    "larger than a BIGINT": (["123456789012345678901"], "DOUBLE"),
    "amounts": (["1.50", "-20.00", "0.05"], "DECIMAL(18,2)"),
    "measurements": (["1.5", "20.25", "3"], "DOUBLE"),
    "dates": (["2013-01-31", "2013-02-01"], "DATE"),
    "dates of another order": (["01/31/2013", "02/01/2013"], "DATE"),
    "times of day": (["10:30:00", "11:00:00"], "TIME"),
    "moments": (["2013-01-31 10:00:00", "2013-01-31T11:00:00"], "TIMESTAMP"),
    "moments in a zone": (["2013-01-31T10:00:00Z", "2013-01-31 10:00:00+02"], "TIMESTAMP WITH TIME ZONE"),
    "true and false": (["true", "FALSE"], "BOOLEAN"),
    "noughts and ones": (["0", "1", "1"], "BIGINT"),
    "text": (["x", "1"], "VARCHAR"),
    "nothing": (["", ""], "VARCHAR"),
    "words for numbers": (["nan", "inf", "x"], "VARCHAR"),
}
NAMES = {
    "tailnum": "tailnum",
    "ZIP Code": "zip_code",
    "Pay, in $": "pay_in",
    "dayOfWeek": "day_of_week",
    "2013": "c_2013",
    "été": "ete",
    "%": "column",
}


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.replace(" ", "-"))
def test_types_are_the_narrowest_that_fit_all(case: str, tmp_path: Path) -> None:
    cells, type_ = CELLS[case]
    (tmp_path / "in.csv").write_text("id,cell,more\n" + "".join(f"r{at},{cell},z\n" for at, cell in enumerate(cells)))
    assert sniff(tmp_path / "in.csv").columns[1].type == type_


@pytest.mark.parametrize("physical", NAMES)
def test_names_become_safe(physical: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f'"{physical}",b\nx,1\ny,2\n')
    column = sniff(tmp_path / "in.csv").columns[0]
    assert (column.physical_name, column.name) == (physical, NAMES[physical])


def test_two_names_that_become_one_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a b,A-B,a_b\nx,y,1\nx,y,2\n")
    assert [column.name for column in sniff(tmp_path / "in.csv").columns] == ["a_b", "a_b_2", "a_b_3"]


def test_a_file_with_a_head_and_no_rows_has_columns(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("naïve name,b\n")
    seen = sniff(tmp_path / "in.csv")
    assert [(column.name, column.type) for column in seen.columns] == [("naive_name", "VARCHAR"), ("b", "VARCHAR")]
    assert seen.rows == 0


def test_a_value_beyond_the_sample_counts(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b\n" + "1,x\n" * 30_000 + "z,x\n")
    assert sniff(tmp_path / "in.csv").columns[0].type == "VARCHAR"


def test_what_is_never_empty_is_required_and_what_is_never_twice_a_key(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b,c\nx,1,p\ny,1,\nz,2,q\n")
    seen = sniff(tmp_path / "in.csv")
    assert [(c.required, c.unique, c.nulls) for c in seen.columns] == [
        (True, True, 0),
        (True, False, 0),
        (False, False, 1),
    ]
    assert (seen.key, seen.rows) == (("a",), 3)


FILES: dict[str, tuple[str, bytes]] = {
    "plain": ("in.csv", b"a,b\nx,1\ny,2\nz,3\n"),
    "semicolon in latin-1": ("in.csv", "a;b\nJosé;1\nx;2\ny;3\n".encode("latin-1")),
    "windows": ("in.csv", "a,b\n“x”,1\ny,2\nz,3\n".encode("cp1252")),
    "utf-16": ("in.csv", "a,b\nx,1\ny,2\nz,3\n".encode("utf-16")),
    "tab": ("in.tsv", b"a\tb\nx\t1\ny\t2\nz\t3\n"),
    "gzip": ("in.csv.gz", gzip.compress(b"a,b\nx,1\ny,2\nz,3\n")),
    "mixed line ends": ("in.csv", b"a,b\r\nx,1\ny,2\rz,3\r\n"),
    "null words": ("in.csv", b"a,b\nx,1\ny,NA\nz,3\n"),
    "dates": ("in.csv", b"a,b\n01/31/2013,1\n02/01/2013,2\n02/02/2013,3\n"),
    "json": ("in.json", b'[{"a": "x", "b": 1}, {"a": "y", "b": 2}, {"a": "z", "b": {"c": 1}}]'),
    "lines of json": ("in.jsonl", b'{"a": "x", "b": 1}\n{"a": "y", "b": 2}\n{"a": "z", "b": null}\n'),
    "no ending": ("in", b"a,b\nx,1\ny,2\nz,3\n"),
}


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.replace(" ", "-"))
def test_a_file_arrives_by_what_was_seen_of_it(case: str, source: Source, folder: Path) -> None:
    name, data = FILES[case]
    (folder / name).write_bytes(data)
    seen = sniff(folder / name)
    columns = [Column(c.name, c.type, c.physical_name, required=c.required) for c in seen.columns]
    arrival = source(columns, **seen.server, **seen.options).arrives()
    assert (arrival.rows, [result.outcome for result in arrival.results]) == (3, ["passed", "passed"])


def test_a_glob_is_seen_as_one(folder: Path) -> None:
    for day in range(3):
        (folder / f"day{day}.csv").write_text(f"a,b\nx{day},{day}\n")
    (folder / "other.csv").write_text("p,q\nx,1\n")
    assert sniff(folder / "day*.csv").rows == 3
    assert sniff(folder / "*.csv").notes == (f"{folder / 'other.csv'} has other columns",)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceFault, match=r"no\.csv` is missing"):
        sniff(tmp_path / "no.csv")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.csv").touch()
    with pytest.raises(SourceFault, match=r"in\.csv: the file is empty"):
        sniff(tmp_path / "in.csv")


def test_a_folder_is_seen_by_the_format_of_its_first_file(folder: Path) -> None:
    (folder / "a.csv").write_text("a,b\nx,1\n")
    (folder / "b.csv").write_text("a,b\ny,2\n")
    (folder / "c.json").write_text("[]")
    seen = sniff(folder)
    assert (seen.format, seen.rows, [file.name for file in seen.files]) == ("csv", 2, ["a.csv", "b.csv"])
    assert seen.notes == ("c.json is not csv, and is left out",)


def test_columns_that_no_contract_can_speak_of_are_left_out_and_said(folder: Path, source: Source) -> None:
    (folder / "in.csv").write_text("id,name,name,Name,\n1,a,b,c,d\n")
    seen = sniff(folder / "in.csv")
    assert [column.physical_name for column in seen.columns] == ["id", "Name"]
    assert seen.notes == (
        "several columns are called 'name': they are left out, name them apart",
        "1 of the columns has no name: left out",
    )
    columns = [Column(column.name, column.type, physical_name=column.physical_name) for column in seen.columns]
    assert source(columns, path="in.csv", format="csv").rows() == [(1, "c")]
