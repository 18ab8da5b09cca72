"""A server under load: what a point lookup waits beside raw DuckDB in process, and how fast six million rows come beside a bare Flight server."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench.serving_load import Load
from bench.serving_mesh import TABLE, Shop, shop

WEFT = str(Path(sys.executable).with_name("weft"))
MEBIBYTE = 2**20
SAMPLE_SECONDS = 0.05
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much is measured: `think_seconds` is the mean of what each reader waits before it asks again."""

    rows: int = 6_000_000
    readers: int = 50
    seconds: float = 60.0
    think_seconds: float = 1.0
    turns: int = 5


@dataclass(frozen=True)
class Served:
    """What was found. Milliseconds by side (Weft, raw) and kind of question; seconds by side (Weft, Flight, Flight kept)."""

    size: Size
    milliseconds: dict[str, dict[str, list[float]]]
    saturated_each_second: float
    errors: list[str]
    streams: dict[str, list[float]]
    idle_bytes: int
    peak_bytes: int

    def p50(self, side: str, kind: str = "lookup") -> float:
        return statistics.median(self.milliseconds[side][kind])

    @property
    def later(self) -> float:
        """Milliseconds that the median lookup waits longer than of raw DuckDB."""
        return self.p50("Weft") - self.p50("raw DuckDB")

    def speed(self, beside: str) -> float:
        return statistics.median(self.streams[beside]) / statistics.median(self.streams["Weft"])

    @property
    def above_idle(self) -> float:
        return (self.peak_bytes - self.idle_bytes) / MEBIBYTE


def measured(folder: Path, size: Size, tell: Tell) -> Served:
    tell(f"serving: building {size.rows:,} rows and {size.readers} readers")
    made = shop(folder, size.rows, size.readers)
    with server(made) as (port, process):
        loads = [Load(size.readers, size.seconds, size.think_seconds, size.rows)]
        _load(made, port, Load(size.readers, min(2.0, size.seconds), 0.1, size.rows))
        tell(f"serving: {size.readers} readers, {size.seconds:g} s, thinking {size.think_seconds:g} s on the mean")
        weft = _load(made, port, loads[0])
        tell("serving: the same of raw DuckDB in process")
        raw = _raw(made, loads[0])
        tell("serving: without thinking")
        brief = min(10.0, size.seconds)
        busy = _load(made, port, Load(size.readers, brief, 0.0, size.rows))
        tell(f"serving: {size.rows:,} rows as Arrow, {size.turns} times, in turns with Flight")
        idle = memory(process)
        with _watched(process) as peak:
            _of_weft(made, port)
        streams = _streams(made, port, size.turns)
    return Served(
        size,
        {"Weft": weft["milliseconds"], "raw DuckDB": raw["milliseconds"]},
        sum(len(one) for one in busy["milliseconds"].values()) / brief,
        [*weft["errors"], *raw["errors"], *busy["errors"]],
        streams,
        idle,
        max(peak),
    )


def lines(found: Served) -> Iterator[str]:
    """A table for people."""
    size = found.size
    yield "| what | Weft | beside | promised |\n| --- | --- | --- | --- |"
    for kind, many in found.milliseconds["Weft"].items():
        if many and found.milliseconds["raw DuckDB"][kind]:
            promise = "within 15 ms" + ("" if found.later <= 15 else " (not kept)") if kind == "lookup" else ""
            yield f"| {kind}, p50 of {len(many):,} | {found.p50('Weft', kind):.1f} ms | raw DuckDB {found.p50('raw DuckDB', kind):.1f} ms | {promise} |"
    each = sum(len(one) for one in found.milliseconds["Weft"].values()) / size.seconds
    yield f"| {size.readers} readers for {size.seconds:g} s | {each:,.0f} answers/s, {len(found.errors)} errors | | no errors |"
    yield f"| the same readers without thinking | {found.saturated_each_second:,.0f} answers/s | | |"
    weft = statistics.median(found.streams["Weft"])
    for side in ("Flight", "Flight, from memory"):
        kept = "at least 0.75 x" + ("" if found.speed(side) >= 0.75 else " (not kept)") if side == "Flight" else ""
        yield f"| {size.rows:,} rows as Arrow | {weft:.2f} s | {side} {statistics.median(found.streams[side]):.2f} s: {found.speed(side):.2f} x its speed | {kept} |"
    kept = "at most 300 MiB" + ("" if found.above_idle <= 300 else " (not kept)")
    yield f"| memory above idle, meanwhile | {found.above_idle:,.0f} MiB | | {kept} |"


@contextmanager
def server(made: Shop) -> Iterator[tuple[int, int]]:
    """`weft serve` in a process of its own: its port and its number."""
    command = [WEFT, "serve", "--port", "0", "--json", "--mesh", str(made.folder)]
    with (made.folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        text = b""
        while not text.rstrip().endswith(b"}"):
            line = process.stdout.readline()
            if not line:
                raise RuntimeError((made.folder / "server.log").read_text()[-2000:])
            text += line
        url: str = json.loads(text)["url"]
        yield int(url.rpartition(":")[2]), process.pid
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _load(made: Shop, port: int, load: Load) -> dict[str, Any]:
    asked = {"port": port, "tokens": made.tokens, "table": TABLE, "load": asdict(load)}
    return _process("bench.serving_load", asked)


def _raw(made: Shop, load: Load) -> dict[str, Any]:
    return _process("bench.serving_floor", {"files": [str(file) for file in made.files], "load": asdict(load)}, "raw")


def _process(module: str, asked: dict[str, Any], *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _streams(made: Shop, port: int, turns: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"Weft": [], "Flight": [], "Flight, from memory": []}
    with _flight(made, "computed") as computed, _flight(made, "kept") as kept:
        for _ in range(turns):
            found["Weft"].append(_timed(lambda: _of_weft(made, port), made.rows))
            found["Flight"].append(_timed(lambda: _of_flight(computed), made.rows))
            found["Flight, from memory"].append(_timed(lambda: _of_flight(kept), made.rows))
    return found


def _timed(act: Callable[[], int], rows: int) -> float:
    began = time.perf_counter()
    if act() != rows:
        raise RuntimeError("rows are missing")
    return time.perf_counter() - began


def _of_weft(made: Shop, port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps({"sql": f"SELECT * FROM {TABLE}", "format": "arrow"})
    headers = {"Authorization": f"Bearer {made.tokens[0]}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/query", body, headers)
    with connection.getresponse() as answer, pa.ipc.open_stream(pa.PythonFile(answer, mode="r")) as stream:
        found = sum(batch.num_rows for batch in stream)
    connection.close()
    return found


def _of_flight(port: int) -> int:
    import pyarrow.flight as fl

    with fl.connect(f"grpc://127.0.0.1:{port}") as client:
        return sum(chunk.data.num_rows for chunk in client.do_get(fl.Ticket(b"")))


@contextmanager
def _flight(made: Shop, form: str) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.serving_floor", "flight", str(made.files[0]), form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def _watched(process: int) -> Iterator[list[int]]:
    found, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_SECONDS):
            found.append(memory(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def memory(process: int) -> int:
    """Bytes of a process and all that it started; what several share is counted once."""
    return sum(_proportional(one) for one in _family(process))


def _proportional(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def _family(process: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(folder.name))
    waiting = [process]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += parents.get(one, [])
