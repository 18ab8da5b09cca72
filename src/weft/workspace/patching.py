"""A change of one file as a unified diff, for `git apply` in the mesh's root."""

from __future__ import annotations

import io
from difflib import unified_diff

MARK = "\ufeff"


def unified(file: str, before: bytes | None, after: str) -> str:
    """`before` is UTF-8, None where the file is not there yet; `after` is without the mark that a file may begin with, which stays."""
    text = (before or b"").decode("utf-8")
    mark = MARK if text.startswith(MARK) else ""
    old = "/dev/null" if before is None else f"a/{file}"
    lines = unified_diff(_lines(text), _lines(mark + after), old, f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """As git has them: what else ends a line in Unicode, or on an old Macintosh, ends none here."""
    return list(io.StringIO(text, newline="\n"))
