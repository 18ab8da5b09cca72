"""After an apply there is nothing left to do, whatever the products are made of; and what comes out the same stays as it was."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.meshes import A, Made, Source, claimed, source_contract, write_mesh, write_product

from weft.names import LineName, SnapshotId
from weft.run.report import RunReport
from weft.session import open_session

N = {"n": "integer key"}
ROWS = [{"n": n} for n in range(3)]
FILES = ("csv", "csv.gz", "json", "ndjson", "parquet", "folder", "glob")


def applied(root: Path) -> RunReport:
    with open_session(root) as session:
        return session.apply(claimed(session))


def standing(root: Path) -> dict[LineName, SnapshotId]:
    with open_session(root) as session:
        return {line: pointer.snapshot for line, pointer in session.recorded.pointers.items()}


def planned(root: Path) -> list[str]:
    """What is left to do, in words."""
    with open_session(root) as session:
        return [
            f"{product.product}: {(*product.reasons, *(r for step in product.steps for r in step.reasons))}"
            for product in session.plan().plan.work
        ]


def write_source(folder: Path, kind: str) -> str:
    """Writes three rows as a source of this kind, and returns what its contract says of where it is."""
    csv, line = b"n\n0\n1\n2\n", [json.dumps(row) for row in ROWS]
    match kind:
        case "csv":
            (folder / "s.csv").write_bytes(csv)
            return "path: ../s.csv, format: csv"
        case "csv.gz":
            (folder / "s.csv.gz").write_bytes(gzip.compress(csv))
            return "path: ../s.csv.gz, format: csv"
        case "json":
            (folder / "s.json").write_text(json.dumps(ROWS))
            return "path: ../s.json, format: json"
        case "ndjson":
            (folder / "s.ndjson").write_text("\n".join(line) + "\n")
            return "path: ../s.ndjson, format: ndjson"
        case "parquet":
            pq.write_table(pa.Table.from_pylist(ROWS), folder / "s.parquet")
            return "path: ../s.parquet, format: parquet"
    (folder / "parts").mkdir()
    for n in range(3):
        (folder / "parts" / f"{n}.csv").write_text(f"n\n{n}\n")
    return "path: ../parts, format: csv" if kind == "folder" else "path: '../parts/*.csv', format: csv"


def of_source(name: str) -> A:
    return A(name, [Made("t", N, "SELECT n FROM s")], [Source("s", {"n": "integer"}, "")])


def located(folder: Path, product: A, where: str) -> None:
    text = source_contract(product, product.sources[0])
    (folder / "contracts/s.odcs.yaml").write_text(text.replace("type: local, path: ../s.csv, format: csv", where))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "s.csv").write_text("n\n0\n1\n2\n")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/s.csv"
        server.shutdown()
        thread.join()


def test_sources_of_every_kind_settle(tmp_path: Path, url: str) -> None:
    root = write_mesh(tmp_path / "mesh")
    for kind in FILES:
        of_files = of_source(f"files.{kind.replace('.', '_')}_file")
        folder = write_product(root, of_files)
        (folder / "s.csv").unlink()
        located(folder, of_files, f"type: local, {write_source(folder, kind)}")
    of_url = of_source("files.of_url")
    located(write_product(root, of_url), of_url, f"type: api, location: '{url}'")
    report = applied(root)
    assert report.succeeded, [made.message for made in report.products]
    assert planned(root) == []
    assert {table.rows for made in report.products for table in made.tables} == {3}


def bridged(root: Path) -> Path:
    """One product with two lines: the old one's table is made of the new one's."""
    new = A(
        "base.flights",
        [Made("departures", {"id": "integer key", "tail": "string"}, "SELECT id, tail FROM s")],
        [Source("s", {"id": "integer", "tail": "string"}, "id,tail\n1,N1\n2,N2\n")],
        version="2.0.0",
    )
    folder = write_product(root, new)
    old = (folder / "contracts/flights.odcs.yaml").read_text().replace("version: 2.0.0", "version: 1.3.0")
    tail = old.index("      - name: tail")
    (folder / "contracts/flights_1.odcs.yaml").write_text(old[:tail] + old[tail:].replace("name: tail", "name: plane"))
    (folder / "transforms/departures@1.sql").write_text("SELECT id, tail AS plane FROM departures\n")
    manifest = folder / "product.odps.yaml"
    text = manifest.read_text()
    port = next(line for line in text.splitlines() if "name: departures" in line)
    manifest.write_text(text + port.replace("2.0.0", "1.3.0") + "\n")
    return folder


def test_two_lines_of_a_port_one_of_them_a_bridge_settle(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    folder = bridged(root)
    report = applied(root)
    assert report.succeeded, [made.message for made in report.products]
    assert set(standing(root)) == {"base.flights.departures@1", "base.flights.departures@2"}
    assert planned(root) == []
    (folder / "s.csv").write_text("id,tail\n1,N1\n2,N3\n")
    before = standing(root)
    assert applied(root).succeeded
    assert planned(root) == []
    assert not set(before.values()) & set(standing(root).values())
    with open_session(root) as session, session.query('SELECT plane FROM base.flights."departures@1"') as answer:
        assert answer.arrow()["plane"].to_pylist() == ["N1", "N3"]


def test_a_bridge_changes_without_the_line_that_it_reads(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    folder = bridged(root)
    assert applied(root).succeeded
    before = standing(root)
    (folder / "transforms/departures@1.sql").write_text("SELECT id, 'plane ' || tail AS plane FROM departures\n")
    assert applied(root).succeeded
    after = standing(root)
    assert after[LineName("base.flights.departures@2")] == before[LineName("base.flights.departures@2")]
    assert after[LineName("base.flights.departures@1")] != before[LineName("base.flights.departures@1")]
    assert planned(root) == []


STEPS = {
    "transforms/odd.sql": "SELECT n FROM s WHERE n % 2 = 1",
    "transforms/doubled.py": "def doubled(odd):\n    return [{'n': row['n'] * 2} for row in odd.to_pylist()]\n",
    "transforms/late.py": "from _shared import more\n\ndef late(t, doubled):\n    return [{'n': more(row['n'])} for row in doubled.to_pylist()]\n",
    "transforms/_shared.py": "def more(n):\n    return n + 1\n",
}


def of_steps(root: Path) -> Path:
    """A table of SQL, and one of Python that reads it and a step of Python that reads a step of SQL."""
    made = [Made("t", N, "SELECT n FROM s"), Made("late", N, "")]
    folder = write_product(root, A("base.steps", made, [Source("s", {"n": "integer"}, "n\n1\n2\n3\n")], files=STEPS))
    (folder / "transforms/late.sql").unlink()
    return folder


def test_steps_and_python_settle(tmp_path: Path) -> None:
    root = write_mesh(tmp_path / "mesh")
    folder = of_steps(root)
    report = applied(root)
    assert report.succeeded, [made.message for made in report.products]
    assert planned(root) == []
    before = standing(root)
    (folder / "transforms/odd.sql").write_text("SELECT n FROM s WHERE n % 2 = 0")
    assert applied(root).succeeded
    assert planned(root) == []
    after = standing(root)
    changed = {line for line in after if after[line] != before[line]}
    assert changed == {"base.steps.late@1"}


def test_a_rebuilt_table_that_is_the_same_keeps_its_snapshot_and_downstream_builds_nothing(root: Path) -> None:
    assert applied(root).succeeded
    before = standing(root)
    files = set((root / ".weft/store").rglob("*.parquet"))
    csv = root / "domains/fleet/planes/plane_file.csv"
    csv.write_text(csv.read_text().replace("\n", "\r\n"))
    report = applied(root)
    assert [(t.line, t.action) for product in report.products for t in product.tables] == [
        ("fleet.planes.plane@1", "same"),
        ("operations.flights.departures@1", "nothing"),
        ("network.routes.delays@1", "nothing"),
    ]
    assert standing(root) == before
    assert set((root / ".weft/store").rglob("*.parquet")) == files
    assert planned(root) == []


def layered(size: int) -> Iterator[A]:
    """Layers of products, each of which reads two of the layer before."""
    for n in range(size):
        made, source = Made(f"t0_{n}", N, "SELECT n FROM s"), Source("s", {"n": "integer"}, f"n\n{n}\n")
        yield A(f"l0.p{n}", [made], [source])
    for layer, n in product(range(1, size), range(size)):
        read = [(m, f"t{layer - 1}_{m}") for m in (n, (n + 1) % size)]
        sql = " UNION ".join(f"SELECT n FROM {table}" for _, table in read)
        reads = [f"l{layer - 1}.p{m}.{table}" for m, table in read]
        yield A(f"l{layer}.p{n}", [Made(f"t{layer}_{n}", N, f"SELECT n FROM ({sql}) u ORDER BY n")], reads=reads)


def test_many_products_side_by_side_settle(tmp_path: Path) -> None:
    """Four at once; and made once more of nothing, they are the same."""
    products = tuple(layered(4))
    root = write_mesh(tmp_path / "mesh", *products, settings="engine: {threads: 4}")
    first = applied(root)
    assert first.succeeded, [made.message for made in first.products]
    assert len(standing(root)) == len(products)
    assert planned(root) == []
    contents = content(root)
    shutil.rmtree(root / ".weft")
    assert applied(root).succeeded
    assert content(root) == contents


def content(root: Path) -> dict[LineName, str]:
    with open_session(root) as session:
        pointers = session.recorded.pointers
        found = session.registry.snapshots({pointer.snapshot for pointer in pointers.values()})
        return {line: found[pointer.snapshot].content for line, pointer in pointers.items()}


def test_a_postgresql_table_settles_where_it_has_a_watermark(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    url = urlsplit(postgres_url)
    monkeypatch.setenv("PGUSER", url.username or "")
    monkeypatch.setenv("PGPASSWORD", url.password or "")
    root = write_mesh(tmp_path / "mesh")
    of_table = of_source("base.rows")
    properties = "customProperties: [{property: watermark, value: n, vendor: weft}]"
    where = f"type: postgresql, host: {url.hostname}, port: {url.port}, database: {url.path[1:]}, schema: public, {properties}"
    located(write_product(root, of_table), of_table, where)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE s (n bigint)")
        connection.execute("INSERT INTO s VALUES (1), (2)")
        report = applied(root)
        assert report.succeeded, report.products[0].message
        assert planned(root) == []
        connection.execute("INSERT INTO s VALUES (3)")
        assert planned(root)
        assert applied(root).products[0].tables[0].rows == 3
        assert planned(root) == []
