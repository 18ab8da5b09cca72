"""What a person is told when something went wrong, and the exit status of it; no stack trace gets past here."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from typer._click.exceptions import ClickException, UsageError

from weft.errors import Faults, Misuse, WeftError, sentence

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DONE, FAILED, MISUSE = 0, 1, 2


class Told(typer.Exit):
    """Ends a verb whose failure has been shown already, with status 1."""

    def __init__(self) -> None:
        super().__init__(FAILED)


def explained(error: BaseException, given: list[str]) -> int:
    """Says what went wrong, and returns the exit status."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED
    if isinstance(error, (typer.Exit, typer.Abort)):
        return getattr(error, "exit_code", FAILED)
    if isinstance(error, BrokenPipeError):
        _leave_quietly()
        return FAILED
    if isinstance(error, KeyboardInterrupt):
        return _said("interrupted", FAILED)
    if os.environ.get("WEFT_DEBUG"):
        raise error
    if "--json" in given:
        from weft.cli.render.json_out import write_json

        write_json({"error": as_object(error)})
    return _told(error, given)


def _told(error: BaseException, given: list[str]) -> int:
    if isinstance(error, Faults):
        from weft.cli.render.faults import write_faults

        write_faults(error.faults)
        return FAILED
    if isinstance(error, WeftError):
        return _said(str(error), error.exit_status)
    if isinstance(error, UsageError):
        return _said(f"{sentence(error.format_message())} {_help_of(error, given)}".strip(), MISUSE)
    if isinstance(error, ClickException):
        return _said(sentence(error.format_message()), MISUSE)
    if isinstance(error, OSError) and error.errno in FULL and not error.filename:
        return _said(f"the output cannot be written: {os.strerror(error.errno)}.", FAILED)
    return _said(f"{unexpected(error)} The whole of it is in {_kept(error, given)}.", FAILED)


def as_object(error: BaseException) -> dict[str, Any]:
    """An error for a program to read: `message`, `mend`, `place` {file, line}, and `faults` where there are several."""
    if isinstance(error, Faults):
        from weft.cli.render.counting import counted
        from weft.cli.render.faults import fault_object

        faults = [fault_object(fault) for fault in error.faults]
        return {"message": counted(len(faults), "fault"), "faults": faults}
    if isinstance(error, WeftError):
        place = {"file": error.place.file, "line": error.place.line} if error.place else None
        return {"message": error.message, "mend": error.mend, "place": place}
    if isinstance(error, ClickException):
        return {"message": error.format_message(), "mend": "", "place": None}
    return {"message": unexpected(error), "mend": "", "place": None}


def unexpected(error: BaseException) -> str:
    return f"this should not have happened: {type(error).__name__}: {' '.join(str(error).split())[:300]}."


def _help_of(error: UsageError, given: list[str]) -> str:
    if "unexpected extra argument" in error.message and {"-s", "--select"} & set(given):
        return "Say --select before each name, and quote a glob, which the shell else fills in: --select 'fleet.*'."
    return f"`{error.ctx.command_path} --help` shows how it is called." if error.ctx else ""


def _said(text: str, status: int) -> int:
    from weft.cli.render.terminal import paint

    print(paint("weft:", "red", stream=sys.stderr), text, file=sys.stderr)
    return status


def _kept(error: BaseException, given: list[str]) -> Path:
    """Where the stack trace was written: under the mesh's `.weft` where there is one, else in the temporary folder."""
    import tempfile
    import traceback

    from weft.workspace import find_root

    folder = Path(tempfile.gettempdir())
    with suppress(Misuse, OSError):
        said = given[given.index("--mesh") + 1] if "--mesh" in given[:-1] else "."
        logs = find_root(Path(said)) / ".weft" / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        folder = logs
    path = folder / f"weft-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    with suppress(OSError):
        path.write_text(f"weft {' '.join(given)}\n\n{''.join(traceback.format_exception(error))}", "utf-8")
    return path


def _leave_quietly() -> None:
    """Whoever read from us has gone: nothing more is written, not even at exit."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
