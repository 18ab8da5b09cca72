"""Whether a query keeps the parts of what it reads apart: whether each row of the result depends on rows of the same key alone.

Where it does, a part of the result is computed from the same part of what is read, and the other parts stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from weft.sql.functions import ALLOWED
from weft.sql.lineage.flows import Columns
from weft.sql.names_read import name_of
from weft.sql.statement import statement

AGGREGATES = frozenset(ALLOWED["aggregates"].split())
PLAIN_JOINS = ("", "INNER", "CROSS")
Place = tuple[int, int]
"""A table of a FROM and one of its columns, by their positions."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """The first thing that mixes parts, as words that follow a file's name, and its line in the text, from 1."""

    why: str
    line: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The columns of the result that hold the key, in lower case; none where nothing that is read has the key."""

    columns: frozenset[str]


class _Mixes(Exception):
    def __init__(self, why: str, node: exp.Expr) -> None:
        super().__init__(why)
        self.mixed = Mixed(why, _line(node))


@dataclass(slots=True)
class _Rows:
    """What stands in a FROM. `keys` are positions of columns that hold the key; `carries` says that rows of a key are behind it."""

    columns: list[str]
    keys: frozenset[int] = frozenset()
    carries: bool = False


@dataclass(slots=True)
class _Scope:
    reads: Mapping[str, _Rows]
    ctes: dict[str, _Rows] = field(default_factory=dict)
    tables: list[tuple[str, _Rows]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    groups: list[set[Place]] = field(default_factory=list)
    """Columns that hold the key, together where they are known to be equal."""
    merged: dict[str, Place] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    windows: dict[str, exp.Expr] = field(default_factory=dict)

    def inner(self) -> _Scope:
        return _Scope(self.reads, dict(self.ctes))

    @property
    def carries(self) -> bool:
        return bool(self.groups)

    @property
    def keys(self) -> set[Place]:
        return self.groups[0] if self.groups else set()

    def place(self, column: exp.Column) -> Place | None:
        """Where a column stands; None where it is none of this FROM's."""
        name, table = column.name.lower(), column.table.lower()
        if not table and name in self.merged:
            return self.merged[name]
        for at, (alias, rows) in enumerate(self.tables):
            if at not in self.hidden and table in ("", alias) and name in rows.columns:
                return at, rows.columns.index(name)
        return None

    def is_key(self, node: exp.Expr) -> bool:
        plain = _plain(node)
        if not isinstance(plain, exp.Column):
            return False
        place = self.place(plain)
        return place in self.keys if place else not plain.table and plain.name.lower() in self.aliases

    def merge(self, one: Place, other: Place) -> None:
        """Two columns are known to be equal."""
        found = [group for group in self.groups if one in group or other in group]
        if found:
            for group in found[1:]:
                found[0].update(group)
            found[0].update((one, other))
            self.groups = [group for group in self.groups if group is found[0] or group not in found]


def parts_kept(text: str, reads: Mapping[str, Columns], carriers: Mapping[str, str]) -> Kept | Mixed:
    """Whether a query keeps apart the rows that differ in the key, and in which columns the key is then.

    `reads` has the columns of each name that the query reads; `carriers` says of those whose rows have the key in which column.
    Rows of other names may be read by every part: where they change, so may all parts. Raises: Refused.
    """
    read = statement(text)
    given = {name: _given(columns, carriers.get(name)) for name, columns in reads.items()}
    try:
        rows = _query(read.tree, _Scope(given))
    except _Mixes as found:
        return found.mixed
    except RecursionError:
        return Mixed("it is nested too deeply", 1)
    return Kept(frozenset(rows.columns[at] for at in rows.keys if at < len(rows.columns)))


def _given(columns: Columns, key: str | None) -> _Rows:
    names = [name.lower() for name, _ in columns]
    return _Rows(names) if key is None else _Rows(names, frozenset([names.index(key.lower())]), carries=True)


def _line(node: exp.Expr) -> int:
    lines = (int(part.meta["line"]) for part in node.find_all(exp.Identifier) if "line" in part.meta)
    return min(lines, default=1)


def _plain(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Paren, exp.Alias)):
        node = node.this
    return node


def _query(node: exp.Expr, scope: _Scope) -> _Rows:
    if with_ := node.args.get("with_"):
        for cte in with_.expressions:
            _add_cte(cte, scope, recursive=bool(with_.args.get("recursive")))
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Subquery):
        return _limited(node, _subquery(node, scope))
    if isinstance(node, exp.Values):
        return _Rows([f"col{at}" for at in range(_width(node))])
    raise _Mixes("a form of query that is not followed", node)


def _width(node: exp.Expr) -> int:
    first = node.expressions[0] if node.expressions else None
    return len(first.expressions) if isinstance(first, exp.Tuple) else 1


def _add_cte(cte: exp.Expr, scope: _Scope, *, recursive: bool) -> None:
    alias = cte.args["alias"]
    names = [column.name.lower() for column in alias.args.get("columns") or ()]
    name = cte.alias.lower()
    if recursive and any(name_of(table) == name for table in cte.find_all(exp.Table)):
        if any(scope.reads.get(name_of(table), _Rows([])).carries for table in cte.find_all(exp.Table)):
            raise _Mixes(f"`{name}` reads itself", cte)
        scope.ctes[name] = _Rows(names)
        return
    scope.ctes[name] = _named(_query(cte.this, scope.inner()), names)


def _named(rows: _Rows, names: list[str]) -> _Rows:
    return _Rows([*names, *rows.columns[len(names) :]], rows.keys, rows.carries) if names else rows


def _limited(node: exp.Expr, rows: _Rows) -> _Rows:
    for clause in ("limit", "offset", "sample", "fetch"):
        if rows.carries and node.args.get(clause):
            raise _Mixes("LIMIT counts rows of all parts" if clause != "sample" else "a sample is of all parts", node)
    return rows


def _set_operation(node: exp.Expr, scope: _Scope) -> _Rows:
    left, right = _query(node.args["this"], scope.inner()), _query(node.args["expression"], scope.inner())
    if node.args.get("by_name") and (left.carries or right.carries):
        raise _Mixes("UNION BY NAME is not followed", node)
    keyed = [rows.keys for rows in (left, right) if rows.carries]
    if not keyed:
        return _Rows(left.columns)
    keys = frozenset.intersection(*keyed)
    if not keys:
        raise _Mixes("the key is not the same column on both sides", node)
    return _limited(node, _Rows(left.columns, keys, carries=True))


def _subquery(node: exp.Expr, scope: _Scope) -> _Rows:
    inside = node.args["this"]
    if isinstance(inside, exp.Table) or node.args.get("joins"):
        inner = scope.inner()
        _add_from(node if not node.args.get("joins") else inside, inner)
        for join in node.args.get("joins") or ():
            _add_join(join, inner)
        _one_group(node, inner)
        rows = _starred(exp.Star(), inner)
    else:
        rows = _query(inside, scope.inner())
    alias = node.args.get("alias")
    names = [c.name.lower() for c in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    return _named(rows, names)


def _select(node: exp.Expr, scope: _Scope) -> _Rows:
    args = node.args
    if from_ := args.get("from_"):
        _add_from(from_.this, scope)
    for join in (*(args.get("joins") or ()), *(args.get("laterals") or ())):
        _add_join(join, scope) if isinstance(join, exp.Join) else _add_from(join, scope)
    if where := args.get("where"):
        _equate(where.this, scope)
    _one_group(node, scope)
    scope.windows = {window.name.lower(): window for window in args.get("windows") or ()}
    rows = _projected(node, scope)
    if scope.carries:
        scope.aliases = {rows.columns[at] for at in rows.keys}
        for part in _expressions(node):
            _check(part, scope)
        _check_grouping(node, rows, scope)
        _check_distinct(node, rows, scope)
    return _limited(node, rows)


def _one_group(node: exp.Expr, scope: _Scope) -> None:
    if len(scope.groups) > 1:
        raise _Mixes("two tables that have the key are not joined on it", node)


def _expressions(node: exp.Expr) -> Iterator[exp.Expr]:
    """Every expression of a SELECT that could mix rows, outside its FROM."""
    yield from node.expressions
    for name in ("where", "having", "qualify", "group", "order"):
        if clause := node.args.get(name):
            yield clause
    for join in node.args.get("joins") or ():
        if on := join.args.get("on"):
            yield on


def _check(part: exp.Expr, scope: _Scope) -> None:
    for window in part.find_all(exp.Window):
        if not any(scope.is_key(key) for key in _partition(window, scope)):
            raise _Mixes("a window reaches over all parts: the key is not in its PARTITION BY", window)
    for query in part.find_all(exp.Select, exp.SetOperation):
        if _reads_a_carrier(query, scope):
            raise _Mixes("a subquery reads all parts", query)


def _reads_a_carrier(query: exp.Expr, scope: _Scope) -> bool:
    try:
        return _query(query, _Scope(scope.reads, dict(scope.ctes))).carries
    except _Mixes:
        return True


def _partition(window: exp.Expr, scope: _Scope) -> Iterable[exp.Expr]:
    named = window.args.get("alias")
    base = scope.windows.get(named.name.lower()) if isinstance(named, exp.Identifier) else None
    return (*(window.args.get("partition_by") or ()), *(base.args.get("partition_by") or () if base else ()))


def _check_grouping(node: exp.Expr, rows: _Rows, scope: _Scope) -> None:
    group = node.args.get("group")
    if group is None:
        if any(_adds_up(part, node) for part in (*node.expressions, node.args.get("having")) if part is not None):
            raise _Mixes("it adds up rows of all parts", node)
        return
    if any(group.args.get(kind) for kind in ("grouping_sets", "rollup", "cube")) or group.find(
        exp.Cube, exp.Rollup, exp.GroupingSets
    ):
        raise _Mixes("GROUPING SETS add up rows of all parts", group)
    if group.args.get("all"):
        if not rows.keys:
            raise _Mixes("the key is not among what it groups by", node)
    elif not any(scope.is_key(part) or _at(part, rows) for part in group.expressions):
        raise _Mixes("the key is not among what it groups by", group)


def _at(part: exp.Expr, rows: _Rows) -> bool:
    """Whether `GROUP BY 1` says a column that holds the key."""
    return isinstance(part, exp.Literal) and not part.is_string and int(part.name) - 1 in rows.keys


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


def _check_distinct(node: exp.Expr, rows: _Rows, scope: _Scope) -> None:
    distinct = node.args.get("distinct")
    if distinct is None:
        return
    on = distinct.args.get("on")
    keyed = any(scope.is_key(part) for part in on.expressions) if on is not None else bool(rows.keys)
    if not keyed:
        raise _Mixes("DISTINCT compares rows of all parts", node)


def _projected(node: exp.Expr, scope: _Scope) -> _Rows:
    columns: list[str] = []
    keys: set[int] = set()
    for expression in node.expressions:
        inside = expression.this if isinstance(expression, exp.Alias) else expression
        if isinstance(inside, exp.Star) or (isinstance(inside, exp.Column) and isinstance(inside.this, exp.Star)):
            rows = _starred(inside, scope)
            keys |= {len(columns) + at for at in rows.keys}
            columns += rows.columns
            continue
        if inside.find(exp.Columns) is not None and scope.carries:
            raise _Mixes("COLUMNS(...) is not followed", expression)
        if scope.is_key(inside):
            keys.add(len(columns))
        columns.append((expression.alias or _plain(expression).name).lower())
    return _Rows(columns, frozenset(keys), scope.carries)


def _starred(node: exp.Expr, scope: _Scope) -> _Rows:
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
    return _Rows(columns, frozenset(keys), scope.carries)


def _add_from(node: exp.Expr, scope: _Scope) -> range:
    """Adds a table, and what is joined to it; answers which of the scope's tables those are."""
    first = len(scope.tables)
    rows = _relation(node, scope)
    alias = node.args.get("alias")
    name = (
        alias.name.lower()
        if isinstance(alias, exp.TableAlias)
        else node.name.lower()
        if isinstance(node, exp.Table)
        else ""
    )
    if isinstance(alias, exp.TableAlias) and not isinstance(node, exp.Subquery):
        rows = _named(rows, [column.name.lower() for column in alias.args.get("columns") or ()])
    if rows.carries and (node.args.get("pivots") or node.args.get("sample")):
        raise _Mixes("a pivot or a sample is of all parts", node)
    scope.tables.append((name, rows))
    if rows.carries:
        if not rows.keys:
            raise _Mixes("the key is no column of what is read", node)
        scope.groups.append({(first, at) for at in rows.keys})
    for join in node.args.get("joins") or () if not isinstance(node, exp.Subquery) else ():
        _add_join(join, scope)
    return range(first, len(scope.tables))


def _relation(node: exp.Expr, scope: _Scope) -> _Rows:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        cte = scope.ctes.get(node.name.lower()) if node.args.get("db") is None else None
        found = cte or scope.reads.get(name_of(node)) or scope.reads.get(name_of(node).lower())
        return _Rows(list(found.columns), found.keys, found.carries) if found else _Rows([])
    if isinstance(node, exp.Lateral):
        rows = _relation(node.this, scope)
        if rows.carries:
            raise _Mixes("LATERAL reads all parts", node)
        return rows
    if isinstance(node, (exp.Subquery, exp.Query, exp.Values)):
        return _query(node, scope.inner())
    if isinstance(node, exp.Pivot):
        if any(scope.reads.get(name_of(table), _Rows([])).carries for table in node.find_all(exp.Table)):
            raise _Mixes("a pivot is of all parts", node)
        return _Rows([])
    return _Rows([node.alias.lower()] if node.alias else [])


def _add_join(join: exp.Expr, scope: _Scope) -> None:
    before, left = len(scope.tables), [set(group) for group in scope.groups]
    added = _add_from(join.this, scope)
    right = [set(group) for group in scope.groups[len(left) :]]
    side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
    method = str(join.args.get("method") or "").upper()
    if method == "POSITIONAL" and (right or left):
        raise _Mixes("a positional join pairs rows of all parts", join)
    for name in _shared(join, scope, before):
        _merge_named(name, scope, before, side)
    if on := join.args.get("on"):
        _equate(on, scope)
    if kind in ("SEMI", "ANTI") or side in ("SEMI", "ANTI"):
        scope.hidden.update(added)
        side = "LEFT"
    if side or method == "ASOF":
        _check_side(join, side or "LEFT", (bool(left), bool(right)), scope)
    if side:
        # What an option was joined on says nothing of the rows that found no partner.
        scope.groups = right if side == "RIGHT" else left


def _check_side(join: exp.Expr, side: str, carry: tuple[bool, bool], scope: _Scope) -> None:
    """What is optional, or only looked at, may have the key where it is joined on it to what is not."""
    left, right = carry
    if side == "FULL" and (left or right):
        raise _Mixes("a FULL JOIN is not followed", join)
    optional, kept = (right, left) if side == "LEFT" else (left, right)
    if optional and (not kept or len(scope.groups) > 1):
        raise _Mixes("what has the key is joined as an option, and not on the key", join)


def _shared(join: exp.Expr, scope: _Scope, before: int) -> list[str]:
    if using := join.args.get("using"):
        return [part.name.lower() for part in using]
    if str(join.args.get("method") or "").upper() != "NATURAL":
        return []
    left = {name for _, rows in scope.tables[:before] for name in rows.columns}
    return [name for _, rows in scope.tables[before:] for name in rows.columns if name in left]


def _merge_named(name: str, scope: _Scope, before: int, side: str) -> None:
    def found(tables: range) -> Place | None:
        return next(
            ((at, scope.tables[at][1].columns.index(name)) for at in tables if name in scope.tables[at][1].columns),
            None,
        )

    left, right = scope.merged.get(name) or found(range(before)), found(range(before, len(scope.tables)))
    if left and right:
        scope.merge(left, right)
        scope.merged[name] = right if side == "RIGHT" else left


def _equate(condition: exp.Expr, scope: _Scope) -> None:
    """Every `a = b` that has to hold makes two columns one."""
    for part in condition.flatten() if isinstance(condition, exp.And) else (condition,):
        plain = _plain(part)
        if isinstance(plain, exp.And):
            _equate(plain, scope)
        elif isinstance(plain, exp.EQ):
            sides = [
                scope.place(side)
                for side in (_plain(plain.this), _plain(plain.expression))
                if isinstance(side, exp.Column)
            ]
            if len(sides) == 2 and sides[0] and sides[1]:
                scope.merge(sides[0], sides[1])
