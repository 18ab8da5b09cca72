"""A YAML document as values and lines, read by YAML 1.2's core rules.

The values are built from the C parser's events in one pass: this is on the way of every command, and a nesting or an
alias that would take the process down is refused on the way. Lines inside a mapping are looked up only when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from weft.errors import Fault, Faults, Place

Path = tuple[str | int, ...]
"""Where in a document: `('schema', 0, 'properties', 2, 'logicalType')`."""

LARGEST = 8_000_000
"""Characters of a document; what is larger is no document that somebody wrote."""

DEEPEST = 100
MOST_VALUES = 500_000
"""Values of a document once every alias is followed."""

_NUMERIC = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_CORE_TAGS = {f"tag:yaml.org,2002:{name}": name for name in ("str", "int", "float", "bool", "null", "map", "seq")}

_FITTING = {"int": ("int",), "float": ("int", "float"), "bool": ("bool",), "null": ("NoneType",)}


@dataclass(slots=True)
class Document:
    """What a file says: `data` as YAML 1.2's core schema reads it, keys in order, and where each part of it stands."""

    file: str
    text: str
    data: Any
    _lines: dict[int, int] = field(default_factory=dict, repr=False)
    _nodes: Any = field(default=None, repr=False)

    def place_of(self, part: object) -> Place:
        """Where a mapping or a list of this document begins; the file where it is none of them."""
        return Place(self.file, self._lines.get(id(part), 0))

    def place(self, *path: str | int) -> Place:
        """Where a path stands: the line of its key, or of its item; of the nearest part above it where there is no such."""
        if self._nodes is None:
            self._nodes = composed(self.text)
        return Place(self.file, _line_of(self._nodes, path))

    def mapping(self) -> dict[str, Any]:
        """The document as a mapping. Raises: Faults where it is empty, or something else."""
        if isinstance(self.data, dict):
            return self.data
        if self.data is None:
            raise Faults([Fault(Place(self.file), "the file is empty")])
        raise Faults([Fault(Place(self.file, 1), "this is no mapping", "Write `field: value` lines.")])


def read(text: str, file: str) -> Document:
    """One YAML document. Raises: Faults, with all keys that are given twice, or the first fault of syntax."""
    if len(text) > LARGEST:
        message = f"this file is too large to be a document ({len(text):,} characters; {LARGEST:,} are read)"
        raise Faults([Fault(Place(file), message, "Keep data in data files.")])
    from yaml import YAMLError

    reading = _Reading(file)
    try:
        data = reading.document(text)
    except YAMLError as error:
        raise Faults([_syntax(error, file)]) from error
    if reading.faults:
        raise Faults(reading.faults)
    return Document(file, text, data, reading.lines)


def scalar(text: str) -> Any:
    """What a plain scalar means. Source: YAML 1.2.2, section 10.3.2, tag resolution of the core schema."""
    if text[:1] in _NUMERIC:
        if _INTEGER.fullmatch(text):
            return int(text) if len(text) < 4000 else text
        if _OCTAL.fullmatch(text):
            return int(text[2:], 8)
        if _HEXADECIMAL.fullmatch(text):
            return int(text[2:], 16)
        if _FLOAT.fullmatch(text):
            return float(text)
    return _WORDS.get(text, text)


class _Reading:
    """One pass over the events of a document: an explicit stack of what is open, so that no nesting takes the stack down."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[int, int] = {}
        self.faults: list[Fault] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.values = 0

    def document(self, text: str) -> Any:
        from yaml._yaml import CParser
        from yaml.events import (
            AliasEvent,
            DocumentStartEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceStartEvent,
            StreamEndEvent,
        )

        next_event: Callable[[], Any] = CParser(text).get_event
        root: list[Any] = []
        stack: list[_Open] = []
        top = _Open(root, None, 0)
        while (event := next_event()) is not None:
            kind = event.__class__
            if kind is ScalarEvent:
                self._put(top, self._scalar(event), event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._tag(event)
                stack.append(top)
                if len(stack) > DEEPEST:
                    self._stop(event, f"this is nested more than {DEEPEST} deep", "Write it flatter.")
                top = _Open({} if kind is MappingStartEvent else [], event, self.values)
                self.lines[id(top.holder)] = event.start_mark.line + 1
            elif kind is AliasEvent:
                self._put(top, self._aliased(event), event)
            elif top.event is not None:
                closed, top = top, stack.pop()
                self._put(top, closed.holder, closed.event, self.values - closed.before)
            elif kind is DocumentStartEvent and root:
                self._stop(event, "there is a second document in this file", "Keep one document a file.")
            elif kind is StreamEndEvent:
                break
        return root[0] if root else None

    def _put(self, top: _Open, value: Any, event: Any, size: int = 0) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self._stop(
                event, f"this says more than {MOST_VALUES:,} values", "Write it without that many aliases (`*name`)."
            )
        if size or event.anchor:
            self._anchor(event, value, size)
        holder = top.holder
        if holder.__class__ is list:
            holder.append(value)
        elif top.key is None:
            top.key = self._key(value, event)
            if top.key in holder:
                self._fault(event, f"the key '{value}' is given twice", "Remove one of them.")
        else:
            holder[top.key] = value
            top.key = None

    def _key(self, value: Any, event: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, (dict, list)):
            self._stop(event, "a mapping or a list is no key", "Write the key as a text.")
        self._fault(event, f"the key {event.value or 'null'} is no text", "Put it in quotes.")
        return str(value)

    def _scalar(self, event: Any) -> Any:
        if event.tag is not None:
            return self._tagged(event)
        return scalar(event.value) if event.implicit[0] else event.value

    def _tagged(self, event: Any) -> Any:
        kind = _CORE_TAGS.get(event.tag)
        if event.tag == "!" or kind == "str":
            return event.value
        value = scalar(event.value)
        if type(value).__name__ not in _FITTING.get(kind or "", ()):
            self._fault(event, f"'{event.value}' is not what its tag says", "Remove the tag, or write a plain value.")
        return float(value) if kind == "float" and isinstance(value, int) else value

    def _tag(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _CORE_TAGS and event.tag != "!":
            self._fault(event, f"the tag '{event.tag}' is not read", "Write a plain mapping, list or text.")

    def _anchor(self, event: Any, value: Any, size: int) -> None:
        if event.anchor:
            self.anchors[event.anchor] = (value, size + 1)

    def _aliased(self, event: Any) -> Any:
        found = self.anchors.get(event.anchor)
        if found is None:
            self._stop(
                event,
                f"the alias '*{event.anchor}' stands for nothing above it",
                f"Name a value with '&{event.anchor}'.",
            )
        value, size = found  # type: ignore[misc]
        self.values += size
        event.anchor = None
        return value

    def _fault(self, event: Any, message: str, mend: str) -> None:
        self.faults.append(Fault(Place(self.file, event.start_mark.line + 1), message, mend))

    def _stop(self, event: Any, message: str, mend: str) -> None:
        self._fault(event, message, mend)
        raise Faults(self.faults)


class _Open:
    """A mapping or a list whose end is yet to come; `before` counts the values read before it."""

    __slots__ = ("before", "event", "holder", "key")

    def __init__(self, holder: Any, event: Any, before: int) -> None:
        self.holder, self.event, self.before = holder, event, before
        self.key: str | None = None


def composed(text: str) -> Any:
    """The nodes of a document that was read before, with their marks."""
    from yaml._yaml import CParser

    class Positions(CParser):
        def resolve(self, *_: object) -> None:
            """Tags are of no use here."""

        descend_resolver = ascend_resolver = resolve

    return Positions(text).get_single_node()


def span(text: str, path: Path) -> tuple[int, int]:
    """Where the value at a path stands in a text that was read before, in characters. Raises: KeyError where there is none."""
    node = composed(text)
    for step in path:
        node, mark = _step(node, step)
        if mark is None:
            raise KeyError(step)
    return node.start_mark.index, node.end_mark.index


def _line_of(node: Any, path: Path) -> int:
    line = node.start_mark.line + 1 if node else 0
    for step in path:
        node, mark = _step(node, step)
        if mark is None:
            break
        line = mark.line + 1
    return int(line)


def _step(node: Any, step: str | int) -> tuple[Any, Any]:
    """What a step leads to, and where that begins: at the key in a mapping."""
    children = getattr(node, "value", None)
    if isinstance(step, int):
        if isinstance(children, list) and step < len(children) and not isinstance(children[step], tuple):
            return children[step], children[step].start_mark
    elif isinstance(children, list):
        for pair in children:
            if isinstance(pair, tuple) and pair[0].value == step:
                return pair[1], pair[0].start_mark
    return None, None


_MENDS = (
    (r"'\\t'|found character '\t'", "Indent with spaces, not with tabs."),
    ("mapping values are not allowed", "Put a text that has ': ' in it in quotes, or look at the indentation."),
    ("could not find expected ':'", "Write `field: value`, and look at the indentation."),
    ("did not find expected key|did not find expected '-' indicator", "Look at the indentation of this line and of the one above it."),
    ("did not find expected ',' or", "Close the bracket, or put a comma between the values."),
    ("unexpected end of stream|found unexpected end", "Close the quote that is open."),
    ("found character that cannot start any token", "Put the text in quotes, and indent with spaces, not with tabs."),
    ("block sequence entries are not allowed", "Begin the list on a line of its own."),
    ("control characters|not allowed|special characters", "Remove the character that cannot be seen."),
)  # fmt: skip


def _syntax(error: Exception, file: str) -> Fault:
    """What the parser found, with what usually mends it."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
    line = mark.line + 1 if mark else 0
    mend = next((mend for pattern, mend in _MENDS if re.search(pattern, problem)), "")
    return Fault(Place(file, line), f"this is no YAML: {problem}", mend)
