"""Which columns a star, a COLUMNS(...) or an unnested struct stands for."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from weft.sql.lineage.flows import Output, Relation, Scope
from weft.sql.statement import identifiers

Flowing = Callable[[exp.Expr], Output]


def all_columns(scope: Scope) -> list[Output]:
    """What `*` stands for: the tables in order, a column that a join merged once, where it stood first."""
    found: list[Output] = []
    merged: set[str] = set()
    for output in (output for _, relation in scope.visible for output in relation.columns):
        key = output.name.lower()
        flow = scope.merged.get(key)
        if flow is None:
            found.append(output)
        elif key not in merged:
            merged.add(key)
            found.append(output._replace(flow=flow))
    return found


def starred(node: exp.Expr, scope: Scope, flowing: Flowing) -> list[Output]:
    """The columns of `*`, `t.*` or `s.*`, with EXCLUDE, REPLACE and RENAME."""
    star = node.this if isinstance(node, exp.Column) else node
    columns = _qualified(node, scope) if isinstance(node, exp.Column) else all_columns(scope)
    excluded = {_last(part) for part in star.args.get("except_") or ()}
    replaced = {item.alias.lower(): item for item in star.args.get("replace") or ()}
    renamed = {_last(item.this): item.alias for item in star.args.get("rename") or ()}
    found: list[Output] = []
    for output in columns:
        key = output.name.lower()
        if key in excluded:
            continue
        if item := replaced.get(key):
            output = Output(output.name, flowing(item.this).flow)
        found.append(output._replace(name=renamed.get(key, output.name)))
    return found


def _last(node: exp.Expr) -> str:
    return node.name.lower()


def _qualified(node: exp.Expr, scope: Scope) -> list[Output]:
    name = list(identifiers(node))[-1].name.lower() if node.args.get("table") else ""
    table = scope.table(name)
    if table is not None:
        return table.columns
    output = scope.column(name)
    return fields(output) if output else []


def fields(output: Output) -> list[Output]:
    """The fields of a struct, each as a column; the struct itself where its type is not known."""
    match = re.fullmatch(r"STRUCT\((.*)\)", output.type, re.IGNORECASE | re.DOTALL)
    if match is None:
        return [output]
    found: list[Output] = []
    for part in _split(match[1]):
        name, _, rest = (
            part.strip().partition('"')[2].partition('" ') if part.strip()[:1] == '"' else part.strip().partition(" ")
        )
        found.append(Output(name, output.flow, rest.strip()))
    return found


def _split(text: str) -> list[str]:
    """The parts of a type's list of fields, at commas that stand in no bracket and no quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "," and depth == 0 and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def chosen(node: exp.Expr, scope: Scope, flowing: Flowing) -> list[Output]:
    """What COLUMNS(...) chooses: a star, a list of names, a pattern; every column where a lambda chooses."""
    what = node.this
    if isinstance(what, exp.Star) or (isinstance(what, exp.Column) and isinstance(what.this, exp.Star)):
        return starred(what, scope, flowing)
    columns = all_columns(scope)
    if isinstance(what, exp.Literal):
        return matching(columns, what.name)
    if isinstance(what, exp.Array):
        names = {item.name.lower() for item in what.expressions}
        return [output for output in columns if output.name.lower() in names]
    return columns


def matching(columns: list[Output], pattern: str) -> list[Output]:
    """Columns whose names a pattern matches somewhere; all of them where Python cannot read the pattern."""
    try:
        return [output for output in columns if re.search(pattern, output.name)]
    except re.error:
        return columns


def like(relation: list[Output], pattern: str, *, ignore_case: bool) -> list[Output]:
    """Columns whose names are LIKE a pattern."""
    body = "".join(".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in pattern)
    flags = re.IGNORECASE if ignore_case else 0
    return [output for output in relation if re.fullmatch(body, output.name, flags | re.DOTALL)]


def without(relation: Relation, names: set[str]) -> list[Output]:
    return [output for output in relation.columns if output.name.lower() not in names]
