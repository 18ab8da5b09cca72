"""The manifest and the contract of a port's next line, made of the present ones' own texts: comments and layout stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from weft.errors import Faults
from weft.product.product import OutputPort
from weft.standards.document import read
from weft.standards.writing import GONE, LAST, Edit, edited
from weft.versions import Version

ENDINGS = ("endOfSupport", "endOfLife")
"""Service levels that are of the line that ends, and not of the one that comes after it."""
ENDING = ("deprecated", "retired")


def next_contract(text: str, file: str, version: Version) -> str:
    """The contract at its next version; what says that the old line ends is left out."""
    data = read(text, file).mapping()
    levels = data.get("slaProperties") or []
    gone = [at for at, level in enumerate(levels) if level.get("property") in ENDINGS]
    edits = [Edit(("slaProperties", at), GONE) for at in reversed(gone)]
    if len(gone) == len(levels) and levels:
        edits = [Edit(("slaProperties",), GONE)]
    if data.get("status") in ENDING:
        edits.append(Edit(("status",), "draft"))
    line = read(text, file).place("version").line
    return _in_place(edited(text, edits) if edits else text, line if not edits else 0, version)


def _in_place(text: str, line: int, version: Version) -> str:
    """With the version changed where it stands, if that is all that changes."""
    wanted = read(text, "").mapping() | {"version": str(version)}
    if line:
        lines = text.splitlines(keepends=True)
        lines[line - 1] = _said(lines[line - 1], version)
        if _holds("".join(lines), lambda data: data == wanted):
            return "".join(lines)
    return edited(text, [Edit(("version",), str(version))])


def _said(line: str, version: Version) -> str:
    return re.sub(r"""(\bversion\s*:\s*)("[^"]*"|'[^']*'|[^\s,}#]+)""", rf"\g<1>{version}", line, count=1)


def with_next_port(text: str, file: str, port: OutputPort, version: Version) -> str:
    """The manifest with one entry more, after the old one and in its words; the old one stays as it is."""
    document = read(text, file)
    ports: list[dict[str, Any]] = document.mapping()["outputPorts"]
    at = next(n for n, said in enumerate(ports) if document.place_of(said).line == port.place.line)
    entry = {field: value for field, value in ports[at].items() if field != "deprecated"} | {"version": str(version)}
    wanted = [*ports[: at + 1], entry, *ports[at + 1 :]]
    lines = text.splitlines(keepends=True)
    first, last = _extent(lines, document.place("outputPorts", at).line - 1)
    copied = [_said(line, version) for line in lines[first:last]]
    if not copied[-1].endswith("\n"):
        lines[last - 1] += "\n"
    copy = "".join((*lines[:last], *copied, *lines[last:]))
    if _holds(copy, lambda data: data.get("outputPorts") == wanted):
        return copy
    return edited(text, [Edit(("outputPorts", LAST), entry)])


def _extent(lines: list[str], first: int) -> tuple[int, int]:
    """The lines of a list's entry: the one with its dash, and what is indented further, without blank lines and comments after it."""
    dash = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    for at in range(first + 1, len(lines)):
        line = lines[at]
        if line.strip() and len(line) - len(line.lstrip()) <= dash:
            break
        if line.strip() and not line.lstrip().startswith("#"):
            last = at + 1
    return first, last


def _holds(text: str, claim: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        return claim(read(text, "").mapping())
    except Faults:
        return False
