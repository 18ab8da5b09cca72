"""What a query does to rows: whether each row that it returns depends on rows of one key alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from weft.sql.functions import ALLOWED
from weft.sql.names_read import name_of
from weft.sql.parts.kept import FILE, Rows
from weft.sql.parts.rows import Mixes, Scope, plain
from weft.sql.parts.tables import add_from, add_join, equate, refuse_beside

AGGREGATES = frozenset(ALLOWED["aggregates"].split())
FOLLOWED = frozenset({"with_", "from_", "joins", "laterals", "this", "expression"})
"""The parts of a query that rows come from; of all others they are not."""


def query_rows(node: exp.Expr, scope: Scope) -> Rows:
    """The rows that a query returns; `scope` is its own, and gets its CTEs. Raises: Mixes."""
    if with_ := node.args.get("with_"):
        for cte in with_.expressions:
            _add_cte(cte, scope, recursive=bool(with_.args.get("recursive")))
    for part in _beside(node):
        refuse_beside(part, scope)
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Subquery):
        return _limited(node, _subquery(node, scope))
    if isinstance(node, exp.Values):
        return Rows(tuple(f"col{at}" for at in range(_width(node))))
    raise Mixes("a form of query that is not followed", node)


def _beside(node: exp.Expr) -> Iterator[exp.Expr]:
    for name, value in node.args.items():
        if name not in FOLLOWED:
            yield from (part for part in (value if isinstance(value, list) else [value]) if isinstance(part, exp.Expr))


def _width(node: exp.Expr) -> int:
    first = node.expressions[0] if node.expressions else None
    return len(first.expressions) if isinstance(first, exp.Tuple) else 1


def _add_cte(cte: exp.Expr, scope: Scope, *, recursive: bool) -> None:
    alias = cte.args["alias"]
    names = [column.name.lower() for column in alias.args.get("columns") or ()]
    name = cte.alias.lower()
    if recursive and any(name_of(table) == name for table in cte.find_all(exp.Table)):
        refuse_beside(cte, scope, f"`{name}` reads itself")
        scope.ctes[name] = Rows(tuple(names))
        return
    scope.ctes[name] = query_rows(cte.this, scope.inner()).named(names)


def _limited(node: exp.Expr, rows: Rows) -> Rows:
    for clause in ("limit", "offset", "sample", "fetch"):
        if rows.carries and node.args.get(clause):
            raise Mixes("LIMIT counts rows of all parts" if clause != "sample" else "a sample is of all parts", node)
    return rows


def _set_operation(node: exp.Expr, scope: Scope) -> Rows:
    left, right = query_rows(node.args["this"], scope.inner()), query_rows(node.args["expression"], scope.inner())
    if node.args.get("by_name") and (left.carries or right.carries):
        raise Mixes("UNION BY NAME is not followed", node)
    keyed = [rows.keys for rows in (left, right) if rows.carries]
    if not keyed:
        return Rows(left.columns)
    keys = frozenset.intersection(*keyed)
    if not (isinstance(node, exp.Union) and not node.args.get("distinct")):
        keys -= {FILE}
    if keys == {FILE} and len(keyed) == 1:
        raise Mixes("one side comes in no file, and would come again with each", node)
    if not keys:
        raise Mixes("the key is not the same column on both sides", node)
    return _limited(node, Rows(left.columns, keys, True))


def _subquery(node: exp.Expr, scope: Scope) -> Rows:
    inside = node.args["this"]
    if isinstance(inside, exp.Table) or node.args.get("joins"):
        inner = scope.inner()
        add_from(node if not node.args.get("joins") else inside, inner)
        for join in node.args.get("joins") or ():
            add_join(join, inner)
        _one_group(node, inner)
        rows = _starred(exp.Star(), inner)
    else:
        rows = query_rows(inside, scope.inner())
    alias = node.args.get("alias")
    names = [c.name.lower() for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    return rows.named(names)


def _select(node: exp.Expr, scope: Scope) -> Rows:
    args = node.args
    if from_ := args.get("from_"):
        add_from(from_.this, scope)
    for join in (*(args.get("joins") or ()), *(args.get("laterals") or ())):
        add_join(join, scope) if isinstance(join, exp.Join) else add_from(join, scope)
    if where := args.get("where"):
        equate(where.this, scope)
    _one_group(node, scope)
    scope.windows = {window.name.lower(): window for window in args.get("windows") or ()}
    rows = _projected(node, scope)
    if scope.carries:
        scope.aliases = {rows.columns[at] for at in rows.said_keys}
        for part in _expressions(node):
            _check(part, scope)
        _check_grouping(node, rows, scope)
        _check_distinct(node, rows, scope)
    return _limited(node, rows)


def _one_group(node: exp.Expr, scope: Scope) -> None:
    if len(scope.groups) > 1:
        raise Mixes("two tables that have the key are not joined on it", node)


def _expressions(node: exp.Expr) -> Iterator[exp.Expr]:
    """Every expression of a SELECT that could mix rows, outside its FROM."""
    yield from node.expressions
    for name in ("where", "having", "qualify", "group", "order"):
        if clause := node.args.get(name):
            yield clause
    for join in node.args.get("joins") or ():
        if on := join.args.get("on"):
            yield on


def _check(part: exp.Expr, scope: Scope) -> None:
    for window in part.find_all(exp.Window):
        if not any(scope.is_key(key) for key in _partition(window, scope)):
            raise Mixes("a window reaches over all parts: the key is not in its PARTITION BY", window)


def _partition(window: exp.Expr, scope: Scope) -> Iterable[exp.Expr]:
    named = window.args.get("alias")
    base = scope.windows.get(named.name.lower()) if isinstance(named, exp.Identifier) else None
    return (*(window.args.get("partition_by") or ()), *(base.args.get("partition_by") or () if base else ()))


def _check_grouping(node: exp.Expr, rows: Rows, scope: Scope) -> None:
    group = node.args.get("group")
    if group is None:
        if any(_adds_up(part, node) for part in (*node.expressions, node.args.get("having")) if part is not None):
            raise Mixes("it adds up rows of all parts", node)
        return
    if any(group.args.get(kind) for kind in ("grouping_sets", "rollup", "cube")) or group.find(
        exp.Cube, exp.Rollup, exp.GroupingSets
    ):
        raise Mixes("GROUPING SETS add up rows of all parts", group)
    if group.args.get("all"):
        if not rows.said_keys:
            raise Mixes("the key is not among what it groups by", node)
    elif not any(scope.is_key(part) or _at(part, rows) for part in group.expressions):
        raise Mixes("the key is not among what it groups by", group)


def _at(part: exp.Expr, rows: Rows) -> bool:
    """Whether `GROUP BY 1` says a column that holds the key."""
    return isinstance(part, exp.Literal) and not part.is_string and int(part.name) - 1 in rows.said_keys


def _adds_up(part: exp.Expr, select: exp.Expr) -> bool:
    """Whether an expression has an aggregate of the query itself that is no window."""
    found = (node for node in part.walk() if isinstance(node, exp.AggFunc) or _is_named_aggregate(node))
    return any(node.find_ancestor(exp.Select) is select and not _in_window(node) for node in found)


def _is_named_aggregate(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and str(node.this).lower() in AGGREGATES


def _in_window(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _check_distinct(node: exp.Expr, rows: Rows, scope: Scope) -> None:
    distinct = node.args.get("distinct")
    if distinct is None:
        return
    on = distinct.args.get("on")
    keyed = any(scope.is_key(part) for part in on.expressions) if on is not None else bool(rows.said_keys)
    if not keyed:
        raise Mixes("DISTINCT compares rows of all parts", node)


def _projected(node: exp.Expr, scope: Scope) -> Rows:
    columns: list[str] = []
    keys: set[int] = set()
    for expression in node.expressions:
        inside = expression.this if isinstance(expression, exp.Alias) else expression
        if isinstance(inside, exp.Star) or (isinstance(inside, exp.Column) and isinstance(inside.this, exp.Star)):
            rows = _starred(inside, scope)
            keys |= {len(columns) + at for at in rows.said_keys}
            columns += rows.columns
            continue
        if inside.find(exp.Columns) is not None and scope.carries:
            raise Mixes("COLUMNS(...) is not followed", expression)
        if scope.is_key(inside):
            keys.add(len(columns))
        columns.append((expression.alias or plain(expression).name).lower())
    return Rows(tuple(columns), frozenset(keys | _unsaid(scope)), scope.carries)


def _unsaid(scope: Scope) -> set[int]:
    """What a row's file is, it stays without being selected."""
    return {FILE} if scope.of_files else set()


def _starred(node: exp.Expr, scope: Scope) -> Rows:
    star = node.this if isinstance(node, exp.Column) else node
    table = node.table.lower() if isinstance(node, exp.Column) else ""
    excluded = {part.name.lower() for part in star.args.get("except_") or ()}
    replaced = {item.alias.lower(): item.this for item in star.args.get("replace") or ()}
    renamed = {item.this.name.lower(): item.alias.lower() for item in star.args.get("rename") or ()}
    columns: list[str] = []
    keys: set[int] = set()
    seen: set[str] = set()
    for at, (alias, rows) in enumerate(scope.tables):
        if at in scope.hidden or table not in ("", alias):
            continue
        for position, name in enumerate(rows.columns):
            if name in excluded or (not table and name in scope.merged and name in seen):
                continue
            seen.add(name)
            place = scope.merged.get(name, (at, position)) if not table else (at, position)
            if scope.is_key(replaced[name]) if name in replaced else place in scope.keys:
                keys.add(len(columns))
            columns.append(renamed.get(name, name))
    return Rows(tuple(columns), frozenset(keys | _unsaid(scope)), scope.carries)
