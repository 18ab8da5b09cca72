"""Runs a Python transform in a child process that is handed Arrow, and no store, registry or secret."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.engine.python.warm import WARM
from weft.errors import Misuse, Place, StoreFault, TransformFault
from weft.product.product import Transform

if TYPE_CHECKING:
    import pyarrow as pa

PACKAGE = Path(__file__).parents[3]
END_SECONDS = 10.0
LOG_BYTES = 64 * 1024
UNITS = {
    "": 1,
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a transform may take: 0 is no limit. Memory is of addresses (RLIMIT_AS), its mapped inputs counted."""

    seconds: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class PythonRun:
    """One transform and what it reads, by the names that the product's code says.

    `scratch` is a folder for this run alone, and `columns` names what is promised, for a result of no rows.
    """

    transform: Transform
    root: Path
    reads: Mapping[str, pa.RecordBatchReader]
    scratch: Path
    limits: Limits = field(default_factory=Limits)
    columns: tuple[str, ...] = ()
    ended_by: Callable[[Callable[[], None]], AbstractContextManager[object]] = nullcontext
    """Is told how to end the child from another thread, for as long as it runs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a transform returned, mapped from a file of its scratch folder, and the last of what it printed."""

    reader: pa.RecordBatchReader
    rows: int
    log: str


def run_python(run: PythonRun) -> Ran:
    """Runs a transform to its end. Raises: TransformFault at the author's file and line, in the author's words; StoreFault."""
    import pyarrow as pa

    scratch = run.scratch.absolute()
    try:
        (scratch / "home").mkdir(parents=True, exist_ok=True)
        task = _task(run, scratch, _handed(run.reads, scratch))
        outcome = _outcome(run, scratch, task)
    except TransformFault as fault:
        fault.log = _log(scratch)
        raise
    except OSError as error:
        mend = "Free some disk space, then apply again."
        raise StoreFault(f"{scratch} cannot be used ({error.strerror})", mend=mend) from error
    return Ran(pa.ipc.open_stream(pa.memory_map(task["into"])), outcome["rows"], _log(scratch))


def memory_bytes(text: str) -> int:
    """`512MB`, `2 GiB`, as a number of bytes; an empty text is 0. Raises: Misuse."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text, re.IGNORECASE)
    if text and (not match or match[2].upper() not in UNITS):
        raise Misuse(f"'{text}' is no amount of memory", mend="Say one such as 512MB or 2GB.")
    return int(float(match[1]) * UNITS[match[2].upper()]) if match else 0


def _handed(reads: Mapping[str, pa.RecordBatchReader], scratch: Path) -> dict[str, str]:
    import pyarrow as pa

    handed = {}
    for number, (name, reader) in enumerate(reads.items()):
        handed[name] = str(scratch / f"in{number}.arrows")
        with pa.OSFile(handed[name], "wb") as sink, pa.ipc.new_stream(sink, reader.schema) as writer:
            for batch in _batches(name, reader):
                writer.write_batch(batch)
    return handed


def _batches(name: str, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """What a transform reads is computed while it is written down: not all that fails here is the disk's fault."""
    import pyarrow as pa

    try:
        yield from reader
    except (pa.ArrowException, OSError) as error:
        from weft.engine.faults import run_fault

        raise run_fault(error, f"'{name}'") from error


def _task(run: PythonRun, scratch: Path, handed: dict[str, str]) -> dict[str, Any]:
    file = run.root.absolute() / run.transform.file
    return {
        "table": run.transform.table,
        "line": run.transform.line,
        "file": str(file),
        "text": run.transform.text,
        "folder": str(file.parent),
        "package": str(PACKAGE),
        "reads": handed,
        "columns": list(run.columns),
        "memory": run.limits.memory_bytes,
        "into": str(scratch / "out.arrows"),
        "home": str(scratch / "home"),
        "log": str(scratch / "log"),
        "outcome": str(scratch / "outcome.json"),
    }


def _status(run: PythonRun, scratch: Path, task: dict[str, Any]) -> int | None:
    """The child's exit status, None where it could not say one. Nothing of its group is left when this returns."""
    (scratch / "task.json").write_text(json.dumps(task), encoding="utf-8")
    (scratch / "log").touch()
    with WARM.begin(scratch / "task.json") as child, run.ended_by(lambda: _let_end(child)):
        child.settimeout(run.limits.seconds or None)
        try:
            status = child.recv(16)
        except TimeoutError as error:
            mend = "Make it quicker, or say a longer timeout_seconds in build.yaml."
            raise _at(run, f"it took longer than {run.limits.seconds:g} seconds", mend) from error
        finally:
            _ended(child)
    return int(status) if status else None


def _let_end(child: socket.socket) -> None:
    """It ends once it hears nothing more from us, and closes its side when it has."""
    with suppress(OSError):
        child.shutdown(socket.SHUT_WR)


def _ended(child: socket.socket) -> None:
    """Ends a child with all that it started, and waits until it has."""
    _let_end(child)
    with suppress(OSError):
        child.settimeout(END_SECONDS)
        while child.recv(16):
            pass


def _outcome(run: PythonRun, scratch: Path, task: dict[str, Any]) -> dict[str, Any]:
    """What the child said of itself, once it had made what it was to make."""
    status = _status(run, scratch, task)
    outcome: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        outcome = dict(json.loads((scratch / "outcome.json").read_text(encoding="utf-8")))
    if "rows" not in outcome:
        raise _fault(run, status, outcome)
    return outcome


def _log(scratch: Path) -> str:
    with suppress(FileNotFoundError), (scratch / "log").open("rb") as file:
        file.seek(max(0, (scratch / "log").stat().st_size - LOG_BYTES))
        return file.read().decode(errors="replace")
    return ""


def _fault(run: PythonRun, status: int | None, outcome: dict[str, Any]) -> TransformFault | StoreFault:
    if outcome.get("error") == "disk":
        what = f"what {run.transform.file} made could not be written, the disk is full"
        return StoreFault(what, mend="Make room on that disk, then apply again; what was published before is whole.")
    memory = run.limits.memory_bytes
    if outcome.get("error") == "memory" or (memory and not outcome):
        limit = f"the {memory / 10**6:,.0f} MB of memory that it was given" if memory else "the machine's memory"
        return _at(run, f"it ran out of {limit}", "Read less at once, or say more memory in build.yaml.")
    if not outcome:
        how = "no word" if status is None else f"exit status {status}"
        how = f"signal {signal.Signals(-status).name}" if status is not None and status < 0 else how
        return _at(
            run, f"its process ended with {how} before it returned", "Look at what it printed, in the run's log."
        )
    file = Path(outcome["file"])
    shown = str(file.relative_to(run.root.absolute())) if file.is_relative_to(run.root.absolute()) else str(file)
    return TransformFault(outcome["message"], place=Place(shown, outcome["line"]))


def _at(run: PythonRun, message: str, mend: str) -> TransformFault:
    return TransformFault(message, mend=mend, place=Place(run.transform.file))
