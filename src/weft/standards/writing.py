"""Writing YAML: new documents that every reader understands alike, and edits that leave all else as somebody wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from weft.standards.document import Path, scalar

if TYPE_CHECKING:
    from ruamel.yaml import YAML

LAST = "-"
"""As the last step of an edit's path: a new entry at the end of a list (as JSON Patch has it)."""


class OneLine(list[Any]):
    """A list of plain values that is written in brackets, on one line."""


class _Gone:
    """Stands for no value at all."""


GONE = _Gone()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what stands at a path from now on. GONE removes it; a path that ends in LAST adds to a list.

    Mappings and lists on the way that are not there are made.
    """

    path: Path
    value: Any


def written(data: Any) -> str:
    """A document as YAML: texts that a reader of YAML 1.1 or 1.2 takes for something else are in quotes."""
    return _dumped(_yaml("  - "), _plain(data))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A document with some of it changed: comments, order and quotes of the rest stay. Raises: KeyError where a path leads nowhere."""
    yaml = _yaml(text)
    data = yaml.load(text)
    if data is None:
        data = _plain({})
    for edit in edits:
        _apply(data, edit)
    return _dumped(yaml, data)


def rewritten(text: str, path: Path, value: str) -> str:
    """A document with one text in it replaced where it stands, in the quotes that it has: every other character stays.

    Raises: KeyError where the path leads to no text.
    """
    from weft.standards.document import span

    begins, ends = span(text, path)
    old = text[begins:ends]
    quote = old[:1] if old[:1] in ("'", '"') and old[-1:] == old[:1] else ""
    if scalar(old) is None or not re.fullmatch(r"[\w.+-]+", old.removeprefix(quote).removesuffix(quote)):
        return edited(text, [Edit(path, value)])
    return f"{text[:begins]}{quote}{value}{quote}{text[ends:]}"


def _apply(data: Any, edit: Edit) -> None:
    *way, last = edit.path
    for step, after in zip(way, edit.path[1:], strict=True):
        data = _stepped(data, step, after)
    if edit.value is GONE:
        del data[last]
    elif last == LAST and isinstance(data, list):
        data.append(_plain(edit.value))
    else:
        data[last] = _plain(edit.value)


def _stepped(data: Any, step: str | int, after: str | int) -> Any:
    if isinstance(data, dict) and data.get(step) is None:
        data[step] = _plain([] if after == LAST or isinstance(after, int) else {})
    return data[step]


def _yaml(text: str) -> YAML:
    """A writer that indents lists as the text does: `  - ` below their key, or `- ` level with it."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.explicit_start = text.startswith("---")
    found = re.search(r"^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE)
    offset = max(len(found[2]) - len(found[1]), 0) if found else 2
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _dumped(yaml: YAML, data: Any) -> str:
    stream = StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


_WORDS_OF_1_1 = re.compile(r"y|yes|n|no|on|off|=|<<", re.IGNORECASE)
_NUMBERS_OF_1_1 = re.compile(
    r"[-+]?[0-9][0-9_,]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?0[bx][0-9a-fA-F_]+|[-+]?\.[0-9_]+([eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\d{4}-\d\d?-\d\d?.*"
)


def _plain(value: Any) -> Any:
    """Values as the writer wants them: mappings and lists in block style, texts in the quotes that they need."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, dict):
        return CommentedMap((_plain(key), _plain(inner)) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        found = CommentedSeq(_plain(inner) for inner in value)
        if isinstance(value, OneLine):
            found.fa.set_flow_style()
        return found
    if not isinstance(value, str):
        return value
    if _is_block(value):
        return LiteralScalarString(value)
    if value != value.strip() or "\n" in value or _is_ambiguous(value) or not value.isprintable():
        return DoubleQuotedScalarString(value)
    return value


def _is_block(text: str) -> bool:
    """Whether a text of several lines can be written as it is, below `|`."""
    lines = text.split("\n")
    whole = all(line == line.rstrip() and line.isprintable() for line in lines)
    return len(lines) > 1 and whole and bool(lines[0]) and not lines[0].startswith(" ") and not text.endswith("\n\n")


def _is_ambiguous(text: str) -> bool:
    meant = scalar(text)
    return not isinstance(meant, str) or bool(_WORDS_OF_1_1.fullmatch(text) or _NUMBERS_OF_1_1.fullmatch(text))
