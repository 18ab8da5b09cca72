"""A Python transform in its child process: what it is handed, what it may return, and what is said when it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from weft.engine.python.runner import Limits, PythonRun, Ran, memory_bytes, run_python
from weft.engine.python.warm import WARM
from weft.errors import Misuse, TransformFault
from weft.product.product import Transform

FLIGHTS = pa.table({"carrier": ["UA", "AA", "UA"], "delay": [5, None, 7]})
FILE = "domains/d/p/transforms/t.py"
Run = Callable[..., Ran]

RETURNS = {
    "a table": "return flights",
    "a record batch": "return flights.to_batches()[0]",
    "a reader": "return flights.to_reader()",
    "batches one by one": "yield from flights.to_batches()",
    "pandas": "return flights.to_pandas(types_mapper=__import__('pandas').ArrowDtype)",
    "polars": "import polars; return polars.from_arrow(flights)",
    "lazy polars": "import polars; return polars.from_arrow(flights).lazy()",
    "duckdb": "import duckdb; return duckdb.sql('from flights')",
    "a list of dicts": "return flights.to_pylist()",
    "dicts one by one": "yield from flights.to_pylist()",
    "columns": "return flights.to_pydict()",
}
TAKES = {
    "nothing said": ("", "pyarrow.lib.Table"),
    "pandas": (": 'pandas.DataFrame'", "pandas.DataFrame"),
    "polars": (": 'polars.DataFrame'", "polars.dataframe.frame.DataFrame"),
    "lazy polars": (": 'polars.LazyFrame'", "polars.lazyframe.frame.LazyFrame"),
    "a reader": (": 'pyarrow.RecordBatchReader'", "RecordBatchStreamReader"),
    "duckdb": (": 'duckdb.DuckDBPyRelation'", "DuckDBPyRelation"),
}
FAILS = {
    "raises": ("def t(flights):\n    x = 1\n    return x / 0", f"{FILE}:3: ZeroDivisionError: division by zero."),
    "raises in a library": (
        "def t(flights):\n    import json\n    return json.loads('{')",
        f"{FILE}:3: json.decoder.JSONDecodeError",
    ),
    "raises in its own module": (
        "import steps\ndef t(flights):\n    return steps.fail()",
        "domains/d/p/transforms/steps.py:2: KeyError: 'no'",
    ),
    "does not parse": ("def t(flights):\n    return (", f"{FILE}:2: SyntaxError: '(' was never closed"),
    "has no function": ("def u(flights): ...", "it has no function 't' (its functions: u)"),
    "asks for what is not read": (
        "def t(flight): ...",
        "parameter 'flight' is nothing that the product reads (flights)",
    ),
    "returns nothing": ("def t(flights): ...", "it returned NoneType, which is no table"),
    "returns a list of numbers": ("def t(flights): return [1]", "it returned a list of what are no dicts"),
    "exits": ("def t(flights): raise SystemExit(3)", "SystemExit: 3"),
    "ends at once": (
        "import os\ndef t(flights): os._exit(3)",
        "its process ended with exit status 3 before it returned",
    ),
    "is killed": ("import os\ndef t(flights): os.kill(os.getpid(), 9)", "its process ended with signal SIGKILL"),
}


@pytest.fixture
def ran(tmp_path: Path) -> Run:
    def run(text: str, *, line: str = "", limits: Limits | None = None, **reads: pa.Table) -> Ran:
        folder = tmp_path / Path(FILE).parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "steps.py").write_text("def fail():\n    return {}['no']\nWORD = 'sibling'\n")
        transform = Transform("t", "python", FILE, textwrap.dedent(text), line)
        readers = {name: table.to_reader() for name, table in (reads or {"flights": FLIGHTS}).items()}
        return run_python(PythonRun(transform, tmp_path, readers, tmp_path / "scratch", limits or Limits(), ("a", "b")))

    return run


def test_a_transform_reads_and_returns_arrow_types(ran: Run) -> None:
    done = ran("import pyarrow.compute as pc\ndef t(flights):\n    return flights.filter(pc.field('delay') > 5)")
    assert (done.rows, done.reader.read_all().to_pylist()) == (1, [{"carrier": "UA", "delay": 7}])


@pytest.mark.parametrize("case", RETURNS)
def test_it_may_return_what_speaks_arrow(case: str, ran: Run) -> None:
    assert ran(f"def t(flights):\n    {RETURNS[case]}").reader.read_all().to_pylist() == FLIGHTS.to_pylist()


@pytest.mark.parametrize("case", TAKES)
def test_it_is_handed_what_its_annotation_says(case: str, ran: Run) -> None:
    annotation, kind = TAKES[case]
    imports = f"import {annotation[3:].partition('.')[0]}\n" if annotation else ""
    text = f"{imports}def t(flights{annotation}):\n    k = type(flights)\n    return [{{'kind': k.__module__ + '.' + k.__qualname__}}]"
    assert ran(text).reader.read_all()["kind"][0].as_py().endswith(kind)


@pytest.mark.parametrize("case", FAILS)
def test_what_goes_wrong_is_said_at_the_authors_line(case: str, ran: Run) -> None:
    text, said = FAILS[case]
    with pytest.raises(TransformFault) as fault:
        ran(text)
    assert said in str(fault.value)
    assert "Traceback" not in str(fault.value)


def test_the_decorator_names_what_no_python_word_can(ran: Run) -> None:
    text = """
        from weft.engine.python.authoring import table
        @table("t@1", reads={"planes": "plane.planes"})
        def old(planes, flights): return planes
        @table("t")
        def new(flights): return flights
    """
    reads = {"plane.planes": pa.table({"x": [1]}), "flights": FLIGHTS}
    assert ran(text, line="1", **reads).reader.schema.names == ["x"]
    assert ran(text, **reads).reader.schema.names == ["carrier", "delay"]


def test_no_rows_have_the_promised_columns(ran: Run) -> None:
    assert ran("def t(flights): return []").reader.schema.names == ["a", "b"]


def test_modules_beside_a_transform_can_be_imported(ran: Run) -> None:
    done = ran("import steps\ndef t(flights): return [{'word': steps.WORD}]")
    assert done.reader.read_all().to_pylist() == [{"word": "sibling"}]


def test_a_module_beside_it_is_left_without_byte_code(ran: Run, tmp_path: Path) -> None:
    ran("import steps\ndef t(flights): return flights")
    assert sorted(path.name for path in (tmp_path / FILE).parent.iterdir()) == ["steps.py"]


def test_no_secret_of_the_environment_is_seen(ran: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    done = ran("import os\ndef t(flights): return [{'k': k, 'v': v} for k, v in os.environ.items()]")
    seen = {row["k"]: row["v"] for row in done.reader.read_all().to_pylist()}
    assert seen["HOME"] == str(tmp_path / "scratch" / "home")
    assert not {"PGPASSWORD", "PYTHONPATH"} & set(seen)
    assert "secret" not in seen.values()


def test_it_works_in_a_folder_of_its_own(ran: Run, tmp_path: Path) -> None:
    ran("from pathlib import Path\ndef t(flights):\n    Path('mine').write_text('x')\n    return flights")
    assert (tmp_path / "scratch" / "home" / "mine").exists()


def test_what_it_prints_is_its_log(ran: Run) -> None:
    done = ran(
        "import sys\ndef t(flights):\n    print('seen', flights.num_rows)\n    print('odd', file=sys.stderr)\n    return flights"
    )
    assert sorted(done.log.split("\n")) == ["", "odd", "seen 3"]


def test_an_endless_transform_is_ended_with_its_children(ran: Run, tmp_path: Path) -> None:
    text = f"""
        import subprocess, sys
        def t(flights):
            child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
            while True: pass
    """
    with pytest.raises(TransformFault, match="it took longer than 1 seconds"):
        ran(text, limits=Limits(seconds=1))
    assert ended(int((tmp_path / "pid").read_text()))


def test_what_it_leaves_running_ends_with_it(ran: Run, tmp_path: Path) -> None:
    text = f"""
        import subprocess
        def t(flights):
            child = subprocess.Popen(["sleep", "60"])
            open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
            return flights
    """
    ran(text)
    assert ended(int((tmp_path / "pid").read_text()))


def test_nothing_of_one_transform_is_seen_by_the_next(ran: Run) -> None:
    ran(
        "import builtins, os, sys\ndef t(flights):\n    builtins.left = 1; os.environ['LEFT'] = '1'; import steps\n    return flights"
    )
    text = "import builtins, os, sys\ndef t(flights): return [{'seen': hasattr(builtins, 'left') or 'LEFT' in os.environ or 'steps' in sys.modules}]"
    assert ran(text).reader.read_all().to_pylist() == [{"seen": False}]


def test_the_warm_process_is_replaced_where_it_is_gone(ran: Run) -> None:
    ran("def t(flights): return flights")
    process = WARM._process
    assert process is not None
    process.kill()
    process.wait()
    assert ran("def t(flights): return flights").rows == 3


def test_transforms_run_side_by_side(tmp_path: Path) -> None:
    text = f"""
import os, time
def t():
    meeting = {str(tmp_path / "meeting")!r}
    open(os.path.join(meeting, str(os.getpid())), "w").close()
    while len(os.listdir(meeting)) < 3:
        time.sleep(0.01)
    return [{{"met": True}}]
"""
    (tmp_path / "meeting").mkdir()

    def one(number: int) -> int:
        run = PythonRun(Transform("t", "python", FILE, text), tmp_path, {}, tmp_path / str(number), Limits(seconds=30))
        return run_python(run).rows

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(3))) == [1, 1, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
@pytest.mark.parametrize(
    "text", ["x = bytearray(8 * 10**9)", "import pyarrow as pa; x = pa.allocate_buffer(8 * 10**9)"]
)
def test_a_hungry_transform_is_told_its_limit(text: str, ran: Run) -> None:
    with pytest.raises(TransformFault, match="it ran out of the 2,000 MB of memory that it was given"):
        ran(f"def t(flights):\n    {text}\n    return flights", limits=Limits(memory_bytes=memory_bytes("2GB")))


def test_a_transform_ends_with_who_started_it(tmp_path: Path) -> None:
    text = f"import os, time\ndef t():\n    open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n    time.sleep(60)"
    parent = f"""
from pathlib import Path
from weft.engine.python.runner import PythonRun, run_python
from weft.product.product import Transform
run_python(PythonRun(Transform("t", "python", "t.py", {text!r}), Path({str(tmp_path)!r}), {{}}, Path({str(tmp_path / "scratch")!r})))
"""
    process = subprocess.Popen([sys.executable, "-c", parent])
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert ended(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(("text", "size"), [("", 0), ("512MB", 512 * 10**6), ("2 GiB", 2 * 2**30), ("10", 10)])
def test_memory_is_said_in_its_units(text: str, size: int) -> None:
    assert memory_bytes(text) == size


def test_an_amount_that_is_none_is_refused() -> None:
    with pytest.raises(Misuse, match="'much' is no amount of memory"):
        memory_bytes("much")


def ended(pid: int) -> bool:
    """Whether a process is gone (or dead and not yet collected) within a few seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if (
                sys.platform == "linux"
                and f"{Path(f'/proc/{pid}/stat').read_text()}".rpartition(")")[2].split()[0] == "Z"
            ):
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False
