"""Entries put at the ends of lists of a YAML document, as lines of their own: every character that was there stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from weft.standards.document import Path, composed, span
from weft.standards.writing import LAST, Edit, edited, written

Addition = tuple[Path, Sequence[Any]]
"""Where a list is, or is to be, in a mapping that is there; and what comes at its end."""


def appended(text: str, additions: Iterable[Addition]) -> str:
    """The document with entries added; what stands on one line in brackets is written anew, by the rules of `edited`.

    Raises: KeyError where a path leads to no mapping.
    """
    additions = [(path, list(entries)) for path, entries in additions if entries]
    root = composed(text)
    places = [_place(text, root, path) for path, _ in additions]
    if None in places:
        return edited(text, [Edit((*path, LAST), entry) for path, entries in additions for entry in entries])
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    found = [(place, block) for place, (_, block) in zip(places, additions, strict=True) if place]
    for (line, indent, key), entries in sorted(found, key=lambda one: (-one[0][0], one[0][1])):
        lines[line:line] = [f"{said}{end}" for said in _block(entries, indent, key)]
    return "".join(lines)


Place = tuple[int, int, str]
"""The line before which entries come, the column of their dashes, and the key that comes first, with its own column, where there is none."""


def _place(text: str, root: Any, path: Path) -> Place | None:
    """None where the list, or the mapping that it is to be in, is in brackets."""
    holder = root
    for step in path[:-1]:
        holder = _child(holder, step)
    field = next((value for key, value in holder.value if key.value == path[-1]), None)
    if holder.flow_style:
        return None
    column = holder.start_mark.column
    if field is None:
        return _line_after(holder), column + _offset(root), f"{' ' * column}{path[-1]}:"
    if not isinstance(field.value, list) or not field.value or field.flow_style:
        return None
    return _line_after(field), _dash(text, path), ""


def _dash(text: str, path: Path) -> int:
    """The column of a list's first dash."""
    begins, _ = span(text, path)
    return begins - (text.rfind("\n", 0, begins) + 1)


def _child(node: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return node.value[step]
    for key, value in node.value:
        if key.value == step:
            return value
    raise KeyError(step)


def _line_after(node: Any) -> int:
    """The line that follows a value's last word: block values end where the next begin, beyond the comments between them."""
    while not isinstance(node.value, str) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    mark = node.end_mark
    return int(mark.line + (mark.column > 0))


def _offset(root: Any) -> int:
    """How far this document's lists are indented below their keys."""
    for key, value in root.value:
        if (
            isinstance(value.value, list)
            and value.value
            and not value.flow_style
            and not isinstance(value.value[0], tuple)
        ):
            return int(value.start_mark.column - key.start_mark.column)
    return 2


def _block(entries: Sequence[Any], indent: int, key: str) -> list[str]:
    _, *rest = written({"x": list(entries)}).splitlines()
    dash = len(rest[0]) - len(rest[0].lstrip())
    said = [f"{' ' * indent}{line[dash:]}" if line.strip() else "" for line in rest]
    return [key, *said] if key else said
