"""Each wall attacked alone, with those before it taken away: the guard off, then DuckDB unlocked, then no fence around files."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from weft.engine.apart import QUESTIONS, Child, Nursery
from weft.engine.apart.frames import DATA, HEAD, REPLIES, Ask, Bind, Ended, send
from weft.engine.reading import Files

HERE = Path(__file__).parent
REFUSED = yaml.safe_load((HERE / "refused.yaml").read_text())
REACHING = (
    "files by functions",
    "files by names",
    "the network",
    "statements that are no query",
    "more than one statement",
)
HARMLESS = ["SELECT inet_client_addr()", "SHOW ALL TABLES"]
"""What DuckDB itself answers: that nobody speaks with it, and the names that it was given."""
PASSWORDS, SECRET = b"root:", b"the secret of others"
MEMORY = 2**27


@pytest.fixture(
    scope="module", params=[(), ("unlocked",), ("unfenced",)], ids=["guard off", "DuckDB unlocked", "no fence"]
)
def doors(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


@pytest.fixture(scope="module")
def nursery(doors: Sequence[str]) -> Iterator[Nursery]:
    found = Nursery((*QUESTIONS, *doors), path=[HERE / "doors"])
    yield found
    found.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    pq.write_table(pa.table({"id": range(1000)}), folder / "mine.parquet")
    pq.write_table(pa.table({"text": [SECRET.decode()]}), folder / "other.parquet")
    (folder / "other.csv").write_text(f"text\n{SECRET.decode()}\n")
    for file in folder.iterdir():
        file.chmod(0o444)
    return folder


class Attacked:
    """A process apart that is spoken with as nobody else may: past the guard."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self._nursery, self._folder = nursery, folder
        self._child: Child | None = None

    def tell(self, sql: str) -> tuple[bytes, str]:
        """What came, and how it failed: nothing where it did not."""
        child = self._child = self._child or self._born()
        send(child.control, Ask(sql, (), "jsonl", datetime.now(UTC), most=1000))
        child.control.settimeout(20)
        data = b""
        try:
            while True:
                size, kind = HEAD.unpack(exactly(child.control, HEAD.size))
                content = exactly(child.control, size)
                if kind == DATA:
                    data += content
                elif isinstance(ended := REPLIES.decode(content), Ended):
                    return data, ended.failed
        except OSError as error:
            self.end()
            return data, f"the process has ended: {error}"

    def _born(self) -> Child:
        child = self._nursery.child()
        send(child.control, Bind({"tx0": Files([self._folder / "mine.parquet"], (("id", "BIGINT"),))}, (), MEMORY, 1))
        return child

    def end(self) -> None:
        if self._child:
            self._nursery.end(self._child)
        self._child = None


def exactly(control: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = control.recv(size - len(found))
        if not part:
            raise ConnectionResetError("end")
        found += part
    return found


@pytest.fixture
def attacked(nursery: Nursery, folder: Path) -> Iterator[Attacked]:
    found = Attacked(nursery, folder)
    yield found
    found.end()


def state(folder: Path) -> dict[str, bytes]:
    """Files by what they hold; a folder holds nothing itself."""
    return {str(one.relative_to(folder)): one.read_bytes() if one.is_file() else b"" for one in folder.rglob("*")}


def test_files_are_neither_read_nor_written(attacked: Attacked, folder: Path, doors: Sequence[str]) -> None:
    """Without a fence the files of others are kept by the guard and by DuckDB's lock alone; none is written all the same."""
    before, answered = state(folder), []
    texts = [sql.replace("{root}", str(folder)) for group in REACHING for sql in REFUSED[group]]
    texts += [
        f"SELECT * FROM read_parquet('{folder}/other.parquet')",
        f"SELECT * FROM read_csv('{folder}/other.csv')",
        f"SELECT content FROM read_text('{folder}/other.csv')",
    ]
    for sql in texts:
        data, failed = attacked.tell(sql)
        if "unfenced" not in doors:
            assert PASSWORDS not in data and SECRET not in data, sql
        answered += [] if failed else [sql]
    assert doors or answered == HARMLESS
    assert state(folder) == before


def test_the_doors_are_open_that_are_said_to_be(attacked: Attacked, folder: Path, doors: Sequence[str]) -> None:
    """What holds is the wall that is left, and not one that was to be taken away."""
    assert bool(attacked.tell("SET VARIABLE a = 1")[1]) == (not doors)
    found, _ = attacked.tell(f"SELECT text FROM read_parquet('{folder}/other.parquet')")
    assert (SECRET in found) == ("unfenced" in doors)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1 AS a) TO '{folder}/mine.parquet'",
        "COPY (SELECT 1 AS a) TO '{folder}/mine.parquet' (FORMAT parquet, OVERWRITE true)",
        "COPY (SELECT 1 AS a) TO '{folder}/mine.parquet' (FORMAT csv)",
        "COPY (SELECT repeat('x', 100000) AS a) TO '{folder}/new.csv'",
        "COPY (SELECT 1 AS a) TO '{folder}/folder' (FORMAT parquet, PARTITION_BY (a))",
        "ATTACH '{folder}/new.db' AS n; CREATE TABLE n.t AS SELECT * FROM range(100000)",
        "EXPORT DATABASE '{folder}/exported'",
        "SET temp_directory = '{folder}/spill'; SELECT count(DISTINCT md5(range::VARCHAR)) AS n FROM range(3000000)",
    ],
)
def test_what_may_be_read_is_not_written_and_nothing_new_holds_anything(
    attacked: Attacked, folder: Path, sql: str
) -> None:
    before = (folder / "mine.parquet").read_bytes()
    attacked.tell(sql.format(folder=folder))
    assert (folder / "mine.parquet").read_bytes() == before
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) == sum(map(len, before_of(folder)))
    assert attacked.tell("SELECT count(*) AS n FROM tx0") == (b'{"n":1000}\n', "")


def before_of(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in ("mine.parquet", "other.parquet", "other.csv")]


@pytest.mark.skipif(not Path("/proc/self/ns/net").exists(), reason="there are no networks of one's own here")
def test_nobody_is_spoken_with(attacked: Attacked) -> None:
    """Of a server that listens beside it nothing is heard."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        port = listening.getsockname()[1]
        assert attacked.tell(f"SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')")[1]
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(repeat('x', 3000000000)) AS n",
        "SELECT len(list(range)) AS n FROM range(300000000)",
        "SELECT len(flatten(list_transform(range(10000), lambda x: range(100000)))) AS n",
        "SELECT count(DISTINCT md5(range::VARCHAR)) AS n FROM range(30000000)",
    ],
)
def test_memory_has_its_end_though_duckdb_s_own_limit_were_gone(attacked: Attacked, sql: str) -> None:
    """Unlocked it may take 100 GB: the limit of addresses ends it, or its process."""
    assert attacked.tell(sql)[1]
    assert attacked.tell("SELECT count(*) AS n FROM tx0")[0] == b'{"n":1000}\n'


def test_a_process_apart_has_no_environment_no_rights_and_a_session_of_its_own(nursery: Nursery, folder: Path) -> None:
    child = nursery.child()
    about = Path(f"/proc/{child.number}")
    try:
        send(child.control, Bind({}, (), MEMORY, 1))
        send(child.control, Ask("SELECT 1 AS a", (), "jsonl", datetime.now(UTC)))
        exactly(child.control, HEAD.size)
        told = dict(line.split(":\t", 1) for line in (about / "status").read_text().splitlines() if ":\t" in line)
        limits = (about / "limits").read_text()
        assert os.getsid(child.number) == child.number
        assert told["NoNewPrivs"] == "1"
        assert int(told["CapEff"], 16) & ~(1 << 2) == 0
        for name in ("Max file size", "Max core file size"):
            assert re.search(rf"^{name} +0 +0 ", limits, re.MULTILINE)
        assert (about / "ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    finally:
        nursery.end(child)
