"""A transform's or a test's text moved to another line: what it calls by name stays the line that it meant."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from weft.product.product import Transform
from weft.standards.document import read
from weft.standards.writing import GONE, Edit, edited
from weft.workspace.python_transform import decorator_of, function_of, python_table, said_table

Names = Mapping[str, str]
"""What a text calls a table (`departures`), to what it has to call it from now on (`departures@1`)."""


def relined(transform: Transform, names: Names, line: str) -> str:
    """The text as a transform of another line of its table ('' is the highest stable one). Raises: Refused, PythonFault."""
    if transform.language == "python":
        return _python(transform, names, line)
    if not any(name in names for name in transform.reading.names):
        return transform.text
    from weft.sql import renamed

    return renamed(transform.text, {old: identifier(new) for old, new in names.items()})


def identifier(name: str) -> str:
    """A transform's name as SQL says it: `departures`, `"departures@1"`."""
    return f'"{name}"' if "@" in name else name


def relined_cases(text: str, names: Names) -> str:
    """A test file whose given tables are called by their new names; comments and all else stay."""
    edits: list[Edit] = []
    for number, case in enumerate(read(text, "").data or ()):
        for old, new in names.items():
            if old in case["given"]:
                edits.append(Edit((number, "given", new), case["given"][old]))
                edits.append(Edit((number, "given", old), GONE))
    return edited(text, edits) if edits else text


def _python(transform: Transform, names: Names, line: str) -> str:
    text, spelled = transform.text, f"{transform.table}@{line}" if line else transform.table
    found = python_table(text, transform.table, transform.line)
    reads = {parameter: names.get(name, name) for parameter, name in found.reads.items()}
    function = function_of(text, transform.table, transform.line)
    decorator = decorator_of(function)
    said = said_table(decorator)
    if reads == found.reads and said in ("", transform.table, spelled):
        return text
    written = {parameter: name for parameter, name in reads.items() if parameter != name}
    more = f", reads={_mapping(written)}" if written else ""
    lines = text.splitlines(keepends=True)
    if decorator is None:
        at = function.lineno - 1
        lines[at:at] = [f'@table("{spelled}"{more})\n']
        return _with_import("".join(lines))
    called = ast.unparse(decorator.func)
    first, last = decorator.lineno - 1, decorator.end_lineno or decorator.lineno
    lines[first:last] = [f'@{called}("{spelled}"{more})\n']
    return "".join(lines)


def _mapping(reads: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'"{parameter}": "{name}"' for parameter, name in reads.items()) + "}"


def _with_import(text: str) -> str:
    """With `from weft import table`, below what must stand first: a docstring, imports of the future."""
    tree = ast.parse(text)
    at = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        at = node.end_lineno or at
    lines = text.splitlines(keepends=True)
    return "".join((*lines[:at], "\n" if at else "", "from weft import table\n", *lines[at:]))
