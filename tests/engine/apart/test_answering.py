"""Questions in a process apart: columns, rows in each form, values bound, limits kept, and what each wall holds back by itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weft.engine.apart import QUESTIONS, Child, Nursery
from weft.engine.apart.frames import DATA, HEAD, REPLIES, Ask, Begun, Bind, Ended, framed, send
from weft.engine.reading import Files

COLUMNS = (("id", "BIGINT"), ("name", "VARCHAR"))
ROWS = 300_000


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    found = Nursery(QUESTIONS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apart")
    pq.write_table(pa.table({"id": range(ROWS), "name": [f"n{n}" for n in range(ROWS)]}), folder / "mine.parquet")
    pq.write_table(pa.table({"secret": [42]}), folder / "other.parquet")
    return folder


@pytest.fixture
def child(nursery: Nursery, folder: Path) -> Iterator[Child]:
    found = nursery.child()
    facts = pa.table({"fact": ["a", "b"]})
    send(found.control, Bind({"mine": Files([folder / "mine.parquet"], COLUMNS)}, ("facts",), 2**28, 2))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, facts.schema) as writer:
        writer.write_table(facts)
    content = sink.getvalue().to_pybytes()
    found.control.sendall(HEAD.pack(len(content), DATA) + content)
    yield found
    nursery.end(found)


def exactly(control: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = control.recv(size - len(found))
        assert part, "the process has ended"
        found += part
    return found


def answer(child: Child, sql: str, given: Any = (), form: str = "arrow", **more: Any) -> tuple[Any, bytes, Ended]:
    send(child.control, Ask(sql, given, form, datetime.now(UTC), **more))
    columns, data = None, b""
    while True:
        size, kind = HEAD.unpack(exactly(child.control, HEAD.size))
        content = exactly(child.control, size)
        if kind == DATA:
            data += content
            continue
        match REPLIES.decode(content):
            case Begun() as begun:
                columns = begun.columns
            case Ended() as ended:
                return columns, data, ended


def test_rows_come_as_an_arrow_stream(child: Child) -> None:
    columns, data, ended = answer(child, "SELECT id, name FROM mine")
    assert columns == COLUMNS
    assert ended.rows == ROWS
    assert pa.ipc.open_stream(data).read_all().num_rows == ROWS


def test_rows_come_as_lines_of_json(child: Child) -> None:
    sql = """SELECT 1 AS a, 'inf'::DOUBLE AS inf, 'x"y' AS t, TIMESTAMP '2026-01-02 03:04:05' AS moment, now() > moment AS later,
             TIMESTAMPTZ '2026-01-02 03:04:05+00' AS zoned, 'ab'::BLOB AS b, INTERVAL 1 DAY AS i, NULL AS n"""
    assert answer(child, sql, form="jsonl")[1] == (
        b'{"a":1,"inf":null,"t":"x\\"y","moment":"2026-01-02T03:04:05","later":true,"zoned":"2026-01-02T03:04:05Z",'
        b'"b":"YWI=","i":"1 day","n":null}\n'
    )


def test_nested_values_are_nested_in_json(child: Child) -> None:
    sql = "SELECT [1, NULL] AS l, {'a': 'nan'::DOUBLE} AS s, MAP {'k': DATE '2026-01-02'} AS m"
    assert answer(child, sql, form="jsonl")[1] == b'{"l":[1,null],"s":{"a":null},"m":{"k":"2026-01-02"}}\n'


def test_rows_come_as_csv(child: Child) -> None:
    sql = "SELECT 1 AS a, NULL AS n, '' AS e, 'x,y' AS t, [1, 2] AS l"
    assert answer(child, sql, form="csv")[1] == b'"a","n","e","t","l"\n1,,"","x,y","[1, 2]"\n'


def test_tables_of_arrow_stand_beside_files(child: Child) -> None:
    assert answer(child, "SELECT max(fact) AS f FROM facts", form="csv")[1] == b'"f"\n"b"\n'


@pytest.mark.parametrize(
    ("sql", "given", "expected"),
    [
        ("SELECT name FROM mine WHERE id = $id", {"id": 7}, b'"name"\n"n7"\n'),
        ("SELECT name FROM mine WHERE id = ?", [7], b'"name"\n"n7"\n'),
        ("SELECT name FROM mine WHERE id = $1 + $2", [3, 4], b'"name"\n"n7"\n'),
        ("SELECT $t AS t", {"t": "'; DROP TABLE mine; --"}, b'"t"\n"\'; DROP TABLE mine; --"\n'),
        ("SELECT $d + 1 AS d", {"d": {"type": "date", "value": "2026-01-31"}}, b'"d"\n2026-02-01\n'),
        ("SELECT count(*) AS n FROM mine WHERE id IN (SELECT unnest($ids))", {"ids": [1, 2]}, b'"n"\n2\n'),
    ],
)
def test_values_are_bound(child: Child, sql: str, given: Any, expected: bytes) -> None:
    assert answer(child, sql, given, "csv")[1] == expected


def test_a_value_that_is_none_is_said(child: Child) -> None:
    ended = answer(child, "SELECT $d AS d", {"d": {"type": "date", "value": "31.1."}})[2]
    assert ended.failed == "the parameter $d is no date: '31.1.'"


def test_an_answer_is_cut_where_few_rows_are_enough(child: Child) -> None:
    _, data, ended = answer(child, "SELECT id FROM mine ORDER BY id", most=3)
    assert (ended.rows, ended.is_cut) == (3, True)
    assert pa.ipc.open_stream(data).read_all().column("id").to_pylist() == [0, 1, 2]


def test_an_answer_with_too_many_rows_is_broken_off_and_says_so(child: Child) -> None:
    _, data, ended = answer(child, "SELECT id FROM mine", refused_above=200_000)
    assert (ended.why, "200,000 rows" in ended.failed) == ("rows", True)
    with pytest.raises(pa.ArrowInvalid):
        pa.ipc.open_stream(data[:-1]).read_all()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT len(repeat('x', 3000000000))",
        "SELECT len(list(range)) FROM range(300000000)",
        "SELECT id, repeat('x', 100000) AS x FROM mine ORDER BY x DESC, id",
        "SELECT string_agg(repeat(name, 1000), '') FROM mine, range(100)",
    ],
)
def test_what_takes_too_much_memory_is_refused_it(child: Child, sql: str) -> None:
    assert answer(child, sql)[2].why == "memory"


def test_a_fault_is_told_in_the_words_of_the_binder(child: Child) -> None:
    ended = answer(child, "SELECT 1,\n nam FROM mine")[2]
    assert (ended.failed, ended.mend, ended.line, ended.why) == (
        "there is no column 'nam' in what this reads",
        "Did you mean 'name'?",
        2,
        "query",
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{folder}/other.parquet')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '{folder}/mine.parquet'",
        "COPY (SELECT 1) TO '{folder}/new.parquet'",
        "ATTACH '{folder}/new.db'",
        "SET memory_limit = '1TB'",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
    ],
)
def test_what_slips_the_guard_reaches_nothing(child: Child, folder: Path, sql: str) -> None:
    before = (folder / "mine.parquet").read_bytes()
    assert answer(child, sql.format(folder=folder))[2].failed
    assert (folder / "mine.parquet").read_bytes() == before
    assert not (folder / "new.parquet").exists()


def test_it_is_ended_whatever_it_computes(nursery: Nursery) -> None:
    found = nursery.child()
    send(found.control, Bind({}, (), 2**28, 1))
    found.control.sendall(framed(Ask("SELECT sum(range) FROM range(10000000000000)", (), "arrow", datetime.now(UTC))))
    time.sleep(0.3)
    began = time.monotonic()
    nursery.end(found)
    while Path(f"/proc/{found.number}").exists() and time.monotonic() - began < 5:
        time.sleep(0.005)
    assert time.monotonic() - began < 2


def test_the_stem_has_one_thread_so_that_it_may_fork(nursery: Nursery) -> None:
    assert nursery._stem is not None
    assert len(list(Path(f"/proc/{nursery._stem.pid}/task").iterdir())) == 1


def test_what_is_shared_by_a_process_ends_with_it() -> None:
    """Python tells of each process and socket that it finds left open."""
    asks = """
import pyarrow as pa
from datetime import UTC, datetime
from weft.engine.apart.asking import Limits
from weft.engine.apart.tables import TablesApart, nursery
with TablesApart({"t": pa.table({"a": [1, 2]})}, datetime.now(UTC), Limits()) as tables:
    print(tables.rows("SELECT max(a) AS n FROM t", 10)[1][0].to_pylist())
print(nursery()._stem.pid)
"""
    ended = subprocess.run([sys.executable, "-W", "always", "-c", asks], capture_output=True, text=True, check=True)
    answer, stem = ended.stdout.splitlines()
    assert (answer, ended.stderr) == ("[{'n': 2}]", "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(stem), 0)
