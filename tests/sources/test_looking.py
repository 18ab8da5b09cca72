"""What a source looks like is told by size and time, then by bytes, and by nothing heavier."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from weft.errors import SourceFault
from weft.sources import local

Source = Callable[..., Any]
AB = {"a": "VARCHAR", "b": "BIGINT"}


@pytest.fixture
def old(folder: Path) -> Path:
    """A file that was last changed an hour ago."""
    file = folder / "in.csv"
    file.write_text("a,b\nx,1\n")
    an_hour_ago(file)
    return file


def an_hour_ago(file: Path) -> None:
    then = time.time() - 3600
    os.utime(file, (then, then))


def test_an_unchanged_file_is_not_read_again(source: Source, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = source(AB, path="in.csv", format="csv")
    before = made.state()
    monkeypatch.setattr(local, "digest_of", None)
    assert made.state(before) == before


def test_a_file_with_another_time_and_the_same_bytes_is_the_same(source: Source, old: Path) -> None:
    made = source(AB, path="in.csv", format="csv")
    before = made.state()
    old.touch()
    assert made.state(before).digest == before.digest


def test_a_file_with_other_bytes_is_another(source: Source, old: Path) -> None:
    made = source(AB, path="in.csv", format="csv")
    before = made.state()
    old.write_text("a,b\ny,1\n")
    assert made.state(before).digest != before.digest


def test_a_file_that_was_too_young_is_read_again(source: Source, folder: Path) -> None:
    file = folder / "in.csv"
    file.write_text("a,b\nx,1\n")
    made = source(AB, path="in.csv", format="csv")
    before, stat = made.state(), file.stat()
    file.write_text("a,b\ny,1\n")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert made.state(before).digest != before.digest


def test_a_file_more_is_another_source(source: Source, old: Path, folder: Path) -> None:
    made = source(AB, path="*.csv", format="csv")
    before = made.state()
    (folder / "more.csv").write_text("a,b\n")
    after = made.state(before)
    assert after.digest != before.digest
    assert list(after.parts) == ["product/in.csv", "product/more.csv"]


def test_another_way_to_read_it_is_another_source(source: Source, old: Path) -> None:
    before = source(AB, path="in.csv", format="csv").state()
    assert source(AB, path="in.csv", format="csv", nullValues="NA").state(before).digest != before.digest


def test_an_arrival_says_the_state_that_it_read(source: Source, old: Path) -> None:
    made = source(AB, path="in.csv", format="csv")
    assert made.arrives().state == made.state()


def test_a_file_that_is_gone_is_named(source: Source, old: Path) -> None:
    made = source(AB, path="in.csv", format="csv")
    before = made.state()
    old.unlink()
    with pytest.raises(SourceFault, match=r"source file `product/in.csv` is missing"):
        made.state(before)


def test_a_pipe_is_no_file_and_not_waited_for(source: Source, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SourceFault, match=r"pipe\.csv is no file"):
        source(AB, path=str(tmp_path / "pipe.csv"), format="csv").state()


def test_looking_imports_no_driver(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a\n1\n")
    script = f"""
import sys
from pathlib import Path
from weft.product.contract import Column, Contract, Server, Table
from weft.product.mesh import Read
from weft.product.product import InputPort, Product
from weft.sources import state
table = Table("t", (Column("a", "BIGINT"),))
contract = Contract("c", "1.0.0", (table,), "c.yaml", servers=(Server("s", "local", {{"path": "in.csv", "format": "csv"}}),))
state(Read("t", InputPort("t", "c"), table, contract), Product("a.b", "", ".", "", ()), Path({str(tmp_path)!r}), None)
print([m for m in ("duckdb", "pyarrow", "psycopg", "urllib.request", "http.client", "csv", "zipfile") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
