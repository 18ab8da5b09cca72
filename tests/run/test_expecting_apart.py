"""SQL of consumers is computed in a process of its own, which ends with its time, its memory, and whoever started it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.run.expected import DEPARTURES, SQL, applied, change, expectation, mesh_that_expects, write_expectation

from weft.engine.apart import Apart, Limits
from weft.engine.seam import Built
from weft.errors import EngineFault
from weft.names import LineName
from weft.product.checks import Check, Suite
from weft.product.contract import Column, QualityRule, Table, Threshold
from weft.session import open_session

TABLE = Table("made", (Column("x", "BIGINT"),))
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": [1, 2, 3]}), tmp_path / "made.parquet")
    pq.write_table(pa.table({"secret": [42]}), tmp_path / "other.parquet")
    return tmp_path / "made.parquet"


@pytest.fixture
def apart() -> Iterator[Apart]:
    found = Apart(Limits(60.0, 2**28))
    yield found
    found.end()


@pytest.fixture
def hurried() -> Iterator[Apart]:
    found = Apart(Limits(5.0, 2**28))
    yield found
    found.end()


def asked(apart: Apart, query: str, file: Path) -> tuple[str, object, str]:
    rule = QualityRule("sql", "asked", threshold=Threshold("mustBe", (6,)), query=query)
    suite = Suite(LineName("a.b.made@1"), TABLE, (Check("asked", "sql", rule=rule),))
    (found,) = apart.check(suite, [file], Built(3), AT)
    return found.outcome, found.measured, found.message


def test_a_query_is_answered_from_its_files(apart: Apart, file: Path) -> None:
    assert asked(apart, "SELECT sum(x) FROM {object}", file) == ("passed", 6, "")
    assert asked(apart, "SELECT year(now()) FROM {object} LIMIT 1", file) == ("failed", 2026, "")


def test_one_that_takes_too_long_is_ended_and_the_next_is_answered(hurried: Apart, file: Path) -> None:
    hurried.start()
    with pytest.raises(EngineFault, match="longer than the 5 seconds"):
        asked(hurried, "SELECT sum(range) FROM range(10000000000000)", file)
    assert asked(hurried, "SELECT sum(x) FROM {object}", file)[0] == "passed"


def test_one_that_takes_too_much_is_refused_it_and_the_next_is_answered(apart: Apart, file: Path) -> None:
    for query in ("SELECT len(repeat('x', 2000000000)) FROM {object}", "SELECT len(list(range)) FROM range(300000000)"):
        assert asked(apart, query, file)[0] == "error"
    assert asked(apart, "SELECT sum(x) FROM {object}", file)[0] == "passed"


@pytest.mark.parametrize("behind", ["other.parquet", "made.parquet"])
def test_no_file_is_named_in_it(behind: str, apart: Apart, file: Path) -> None:
    outcome, _, message = asked(apart, f"SELECT count(*) FROM read_parquet('{file.parent / behind}')", file)
    assert (outcome, "read_parquet" in message) == ("error", True)


def test_files_of_others_are_out_of_reach_though_the_guard_were_gone(file: Path) -> None:
    """The wall behind the guard, alone: the process's DuckDB reaches the suite's files and no others."""
    from weft.engine.apart.proving import SETTINGS
    from weft.engine.connection import locked_connection, reaching_files

    connection = locked_connection(SETTINGS, reaching_files([file]), None)
    try:
        assert connection.execute(f"SELECT sum(x) FROM read_parquet('{file}')").fetchone() == (6,)
        with pytest.raises(Exception, match="Permission"):
            connection.execute(f"SELECT * FROM read_parquet('{file.parent / 'other.parquet'}')")
    finally:
        connection.close()


def children(parent: int) -> list[int]:
    """Processes apart that a process started, and those that were forked from them."""
    command = ["ps", "-ww", "-eo", "pid,ppid,args"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [(int(pid), int(of), said) for pid, of, said in (line.split(None, 2) for line in listed.splitlines()[1:])]
    stems = [pid for pid, of, said in rows if of == parent and "weft.engine.apart.stem" in said]
    return [*stems, *(pid for pid, of, _ in rows if of in stems)]


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def until(holds: object, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="tells dead processes from living ones by /proc")
def test_a_run_killed_meanwhile_leaves_the_product_whole_and_no_process(tmp_path: Path) -> None:
    root = mesh_that_expects(tmp_path / "mesh", expectation())
    assert applied(root).succeeded
    with open_session(root) as session:
        before = session.recorded.pointers
    endless = (
        '- {type: sql, name: endless, query: "SELECT sum(id + range) FROM {object}, range(1000000000000)", mustBe: 0}'
    )
    write_expectation(root, expectation(endless))
    change(root, SQL.format(delay="f.delay + 1"))
    program = f"from tests.run.expected import applied; from pathlib import Path; applied(Path({str(root)!r}))"
    with subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) as run:
        try:
            until(lambda: len(children(run.pid)) > 1)
            apart = children(run.pid)
            time.sleep(2)
        finally:
            run.send_signal(signal.SIGKILL)
    until(lambda: not any(is_alive(process) for process in apart))
    with open_session(root) as session:
        assert session.recorded.pointers == before
    write_expectation(root, expectation())
    assert applied(root).succeeded
    with open_session(root) as session:
        assert session.recorded.pointers[DEPARTURES].snapshot != before[DEPARTURES].snapshot
