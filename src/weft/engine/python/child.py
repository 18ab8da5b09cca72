"""The child process of a Python transform: a script of its own that knows nothing of Weft but the task it is handed.

It is started as `python child.py SOCKET` and imports pyarrow once, which takes nearly all of a child's time. For each
task (a JSON file, named over the socket) it forks: a watcher, and under it the worker that runs the author's code, and
nothing else ever. Inputs are Arrow streams in files, so is what it makes, and what it says of itself at the end.
"""

from __future__ import annotations

import errno
import inspect
import json
import os
import resource
import signal
import socket
import sys
import threading
import traceback
import types
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

DECLARED = "__weft_table__"
Json = dict[str, Any]


class Unfit(Exception):
    """The transform is not written as one, or returned what is no table."""


def main(control: socket.socket) -> None:
    """Forks for each task, until who started it is gone."""
    import_module("pyarrow")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        task_file, handed, *_ = socket.recv_fds(control, 4096, 1)
        if not task_file:
            return
        if os.fork() == 0:
            control.close()
            watch(task_file.decode(), socket.socket(fileno=handed[0]))
        os.close(handed[0])
        control.sendall(b".")


def watch(task_file: str, runner: socket.socket) -> NoReturn:
    """Tells the runner how the worker ended. The whole group ends with it, and with the runner, however that went."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    worker = os.fork()
    if not worker:
        runner.close()
        work(task_file)
    threading.Thread(target=end_with, args=(runner,), daemon=True).start()
    _, status = os.waitpid(worker, 0)
    with suppress(OSError):
        runner.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os.killpg(0, signal.SIGKILL)
    os._exit(0)


def end_with(runner: socket.socket) -> None:
    with suppress(OSError):
        runner.recv(1)
    os.killpg(0, signal.SIGKILL)


def work(task_file: str) -> NoReturn:
    status = 1
    try:
        task = json.loads(Path(task_file).read_text(encoding="utf-8"))
        settle(task)
        try:
            outcome = made(task)
        except BaseException as error:
            outcome = told(error, task)
            if not isinstance(error, Unfit | MemoryError):
                traceback.print_exception(error)
        Path(task["outcome"]).write_text(json.dumps(outcome), encoding="utf-8")
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


def settle(task: Json) -> None:
    """A home, a log and a limit of its own."""
    log = os.open(task["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # What is printed stands before the trace of what then failed.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.chdir(task["home"])
    os.environ |= {"HOME": task["home"], "TMPDIR": task["home"]}
    sys.path += [task["folder"], task["package"]]
    if task["memory"]:
        resource.setrlimit(resource.RLIMIT_AS, (task["memory"], task["memory"]))


def made(task: Json) -> Json:
    """Runs the function over its inputs and writes what it returns."""
    import pyarrow as pa

    module = types.ModuleType(task["table"])
    module.__file__ = task["file"]
    sys.modules[module.__name__] = module
    exec(compile(task["text"], task["file"], "exec", dont_inherit=True), module.__dict__)
    function = function_of(module, task)
    reader = stream(function(**arguments(function, task)), task)
    rows = 0
    with pa.OSFile(task["into"], "wb") as sink, pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    return {"rows": rows}


def function_of(module: types.ModuleType, task: Json) -> Any:
    wanted = {task["table"], f"{task['table']}@{task['line']}" if task["line"] else task["table"]}
    own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
    declared = [function for function in own if getattr(function, DECLARED, ("",))[0] in wanted]
    named = [function for function in own if function.__name__ == task["table"]]
    if not declared and not named:
        known = ", ".join(function.__name__ for function in own) or "none"
        raise Unfit(f"it has no function '{task['table']}' (its functions: {known})")
    return (declared or named)[0]


def arguments(function: Any, task: Json) -> Json:
    said: dict[str, str] = getattr(function, DECLARED, ("", {}))[1]
    found = {}
    for name, parameter in signature(function).parameters.items():
        read = said.get(name, name)
        if read in task["reads"]:
            found[name] = given(task["reads"][read], parameter.annotation)
        elif parameter.default is parameter.empty:
            known = ", ".join(sorted(task["reads"])) or "nothing"
            raise Unfit(f"parameter '{name}' is nothing that the product reads ({known})")
    return found


def signature(function: Any) -> inspect.Signature:
    try:
        return inspect.signature(function, eval_str=True)
    except NameError:
        # An annotation that is there for type checkers alone.
        return inspect.signature(function)


def given(path: str, annotation: Any) -> Any:
    """An input as the parameter's annotation asks for it: a pyarrow Table where it says nothing."""
    import pyarrow as pa

    reader = pa.ipc.open_stream(pa.memory_map(path))
    match getattr(annotation, "__module__", "").partition(".")[0], getattr(annotation, "__name__", ""):
        case "pandas", _:
            return reader.read_pandas()
        case "polars", kind:
            import polars as pl

            frame = pl.DataFrame(reader.read_all())
            return frame.lazy() if kind == "LazyFrame" else frame
        case "duckdb" | "_duckdb", _:
            import duckdb

            return duckdb.from_arrow(reader.read_all())
        case _, "RecordBatchReader" | "RecordBatchStreamReader":
            return reader
    return reader.read_all()


def stream(result: Any, task: Json) -> Any:
    """Anything that speaks Arrow, as a stream of record batches."""
    import pyarrow as pa

    if hasattr(result, "collect") and type(result).__module__.startswith("polars"):
        result = result.collect()
    if type(result).__module__.startswith("pandas") and hasattr(result, "columns"):
        result = pa.Table.from_pandas(result, preserve_index=False)
    if isinstance(result, pa.Table):
        return result.to_reader()
    if hasattr(result, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(result)
    if hasattr(result, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(result)]).to_reader()
    if isinstance(result, dict):
        return pa.table(result).to_reader()
    if inspect.isgenerator(result) or isinstance(result, list | tuple):
        return rows(list(result), task)
    raise Unfit(
        f"it returned {type(result).__name__}, which is no table: return something that speaks Arrow, or a list of dicts"
    )


def rows(found: list[Any], task: Json) -> Any:
    import pyarrow as pa

    if not found:
        return pa.table({name: pa.nulls(0) for name in task["columns"]}).to_reader()
    if all(isinstance(row, dict) for row in found):
        names = list(dict.fromkeys(name for row in found for name in row))
        return pa.table({name: [row.get(name) for row in found] for name in names}).to_reader()
    if all(isinstance(row, pa.RecordBatch) for row in found):
        return pa.Table.from_batches(found).to_reader()
    raise Unfit("it returned a list of what are no dicts")


def told(error: BaseException, task: Json) -> Json:
    """What went wrong, and the last line of the product's own code that it went through."""
    if isinstance(error, MemoryError):
        return {"error": "memory"}
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return {"error": "disk"}
    if isinstance(error, SyntaxError) and error.filename:
        return {
            "error": "raised",
            "message": f"SyntaxError: {error.msg}",
            "file": error.filename,
            "line": error.lineno or 0,
        }
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(task["folder"])]
    message = str(error) if isinstance(error, Unfit) else "".join(traceback.format_exception_only(error)).strip()
    last = own[-1] if own else None
    return {
        "error": "unfit" if isinstance(error, Unfit) else "raised",
        "message": message,
        "file": last.filename if last else task["file"],
        "line": (last.lineno or 0) if last else 0,
    }


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
