"""What happened, line by line: JSON for programs, a short form for a terminal; no secret gets into either."""

from __future__ import annotations

import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered, in whatever thread or task."""
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRETS = re.compile(
    r"(?i)(bearer\s+|basic\s+|(?:token|password|secret|cookie|code|key)[\"']?\s*[=:]\s*[\"']?|//[^/@\s:]*:)([^\s\"'@,;}]{4,})"
    r"|\bweft_[A-Za-z0-9_-]{12,}"
)
_HIDDEN = "(hidden)"


def hidden(text: str) -> str:
    """A text without what looks like a secret: the last wall, for what nobody meant to write down."""
    return _SECRETS.sub(lambda found: f"{found[1]}{_HIDDEN}" if found[1] else _HIDDEN, text)


def _told(record: logging.LogRecord) -> dict[str, Any]:
    own = {name: value for name, value in vars(record).items() if name not in _OWN}
    found: dict[str, Any] = {"request_id": REQUEST_ID.get(), **own} if REQUEST_ID.get() else own
    return {name: hidden(value) if isinstance(value, str) else value for name, value in found.items()}


def _stack(record: logging.LogRecord) -> str:
    return hidden(logging.Formatter().formatException(record.exc_info)) if record.exc_info else ""


class AsJson(logging.Formatter):
    """One object a line: time, level, logger, message, and what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hidden(record.getMessage()),
            **_told(record),
        }
        if stack := _stack(record):
            line["stack"] = stack
        return msgspec.json.encode(line, enc_hook=str).decode()


class AsText(logging.Formatter):
    """For a person who watches: the time, what happened, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        told = _told(record)
        if record.getMessage() == "request":
            text = f"{told['status']} {told['method']} {told['path']} {told['ms']} ms {told['reader']}".rstrip()
        else:
            fields = " ".join(f"{name}={value}" for name, value in told.items() if value != "")
            text = f"{record.levelname.lower()}: {hidden(record.getMessage())} {fields}".rstrip()
        stack = _stack(record)
        return f"{datetime.now():%H:%M:%S} {text}" + (f"\n{stack}" if stack else "")


def begin_logging(form: str) -> None:
    """All of this process's log goes to standard error from now on."""
    is_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(AsText() if is_text else AsJson())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("weft", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.INFO if name == "weft" else logging.WARNING)
