"""The normal form of a query: its columns down to the tables that it reads, and what decides which rows there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from weft.sql.lineage.flows import Columns, Output, Relation, Scope, Sources, distinct, relabelled
from weft.sql.lineage.stars import all_columns, chosen, like, starred
from weft.sql.normal.expressions import Saying
from weft.sql.normal.forms import (
    MOST_QUERIES,
    PARTS,
    Deferred,
    Normal,
    Reader,
    Said,
    Unclear,
    called,
    flow,
    item,
    plain,
    said_by,
    stage,
    stages,
    within,
)
from weft.sql.normal.tables import add_from, condition, conjuncts, joined
from weft.sql.statement import identifiers, statement

Projected = list[tuple[Output, exp.Expr]]
_PLAIN = (exp.Column, exp.Literal, exp.Subquery)
_AGGREGATES: tuple[type[exp.Expr], ...] = (exp.AggFunc,)


def normal(text: str, reads: Mapping[str, Columns], steps: Mapping[str, str] = MappingProxyType({})) -> Normal:
    """`steps` are queries that may be read by name, each after those that it reads itself. Raises: Refused, Unclear."""
    reader = Reader(reads)
    query = _Query(reader)
    scope = Scope(query.resolved, {})
    for name, step in steps.items():
        scope.ctes[name.lower()] = Deferred([], node=statement(step).tree, around=scope.inner())
    try:
        relation = query.resolved(statement(text).tree, scope, outermost=True)
    except RecursionError as error:
        raise Unclear from error
    columns = {output.name.lower(): said_by(output.flow) for output in relation.columns if output.name}
    parts = {part: frozenset(text for tag, text in relation.conditions if tag == part) for part in PARTS}
    return Normal(columns, parts, reader.shown, query.written)


class _Query:
    """Resolves queries from the outermost inward, counting them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.written: dict[str, str] = {}

    def resolved(self, node: exp.Expr, scope: Scope, *, outermost: bool = False) -> Relation:
        """The columns and items that a query returns; the order of rows counts where it is outermost, or rows are cut off."""
        self.reader.queries += 1
        if self.reader.queries > MOST_QUERIES:
            raise Unclear
        if with_ := node.args.get("with_"):
            _defer(with_, scope)
        if isinstance(node, exp.Select):
            return self._select(node, scope, outermost)
        if isinstance(node, exp.SetOperation):
            return self._united(node, scope, outermost)
        if isinstance(node, exp.Subquery):
            return self._subquery(node, scope, outermost)
        if isinstance(node, exp.Values):
            return self._values(node, scope)
        raise Unclear

    def _select(self, node: exp.Expr, scope: Scope, outermost: bool) -> Relation:
        args, reader = node.args, self.reader
        items: Sources = frozenset()
        if from_ := args.get("from_"):
            items |= add_from(from_.this, scope, reader)
        for join in (*(args.get("joins") or ()), *(args.get("laterals") or ())):
            is_join = isinstance(join, exp.Join)
            items = joined(join, items, scope, reader) if is_join else items | add_from(join, scope, reader)
        for window in args.get("windows") or ():
            scope.windows[window.name.lower()] = flow(Saying(reader, scope).frame(window))
        outputs = self._projections(args["expressions"], scope, outermost)
        items |= self._filtered(args.get("where"), items, scope)
        items |= self._grouped(args, outputs, items, scope)
        items |= self._filtered(args.get("having"), items, scope)
        if any(expression.find(exp.Window) for _, expression in outputs) or args.get("qualify"):
            items |= stage("windows")
        items |= self._filtered(args.get("qualify"), items, scope)
        items |= self._ordered(args, outputs, scope, outermost)
        return Relation(distinct([output for output, _ in outputs]), items)

    def _projections(self, expressions: list[exp.Expr], scope: Scope, outermost: bool) -> Projected:
        outputs: Projected = []
        for expression in expressions:
            for output in self._outputs(expression, scope):
                outputs.append((output, expression))
                if isinstance(expression, exp.Alias):
                    scope.aliases.setdefault(output.name.lower(), output.flow)
                if outermost:
                    inside = expression.this if isinstance(expression, exp.Alias) else expression
                    self.written[output.name.lower()] = inside.sql("duckdb")
        return outputs

    def _outputs(self, expression: exp.Expr, scope: Scope) -> list[Output]:
        """What one item of a SELECT returns: one column, or as many as a star or COLUMNS stands for."""
        saying = Saying(self.reader, scope)

        def flowing(part: exp.Expr) -> Output:
            return Output("", flow(saying.said(part)))

        inside = expression.this if isinstance(expression, exp.Alias) else expression
        if isinstance(inside, exp.Star) or (isinstance(inside, exp.Column) and isinstance(inside.this, exp.Star)):
            found = starred(inside, scope, flowing)
            return _as_fields(found) if _is_struct(inside, scope) else found
        if isinstance(inside, (exp.Like, exp.ILike)) and isinstance(inside.this, exp.Star):
            found = starred(inside.this, scope, flowing)
            return like(found, inside.expression.name, ignore_case=isinstance(inside, exp.ILike))
        if isinstance(inside, exp.Columns):
            return chosen(inside, scope, flowing)
        if isinstance(expression, exp.Explode) or (not isinstance(inside, _PLAIN) and inside.find(exp.Columns)):
            raise Unclear
        plain_ = inside.this if isinstance(inside, exp.Paren) else inside
        name = (
            expression.alias
            if isinstance(expression, exp.Alias)
            else plain_.name
            if isinstance(plain_, exp.Column)
            else ""
        )
        return [Output(name, flow(saying.said(inside)))]

    def _filtered(self, clause: exp.Expr | None, before: Sources, scope: Scope) -> Sources:
        if clause is None:
            return frozenset()
        after = stages(before)
        asked = conjuncts(clause.this, scope, self.reader)
        return frozenset(self.reader.show(condition(said, after), part) for said, part in asked)

    def _grouped(self, args: Mapping[str, object], outputs: Projected, before: Sources, scope: Scope) -> Sources:
        keys, after = list(self._keys(args, outputs, scope)), stages(before)
        aggregated = any(_aggregate(expression) for _, expression in outputs)
        items = {item("group", f"by {key.full}{after}") for key in keys}
        if not keys and (aggregated or args.get("group")):
            items.add(item("group", f"all rows in one{after}"))
        found = frozenset(items) | (stage("grouping") if items else frozenset())
        distinct_ = args.get("distinct")
        if not isinstance(distinct_, exp.Distinct):
            return found
        on = distinct_.args.get("on")
        said = f"one of each by {Saying(self.reader, scope).said(on).full}" if on is not None else "distinct rows"
        return found | {item("group", f"{said}{after}")} | stage("distinct")

    def _keys(self, args: Mapping[str, object], outputs: Projected, scope: Scope) -> list[Said]:
        group = args.get("group")
        if not isinstance(group, exp.Group):
            return []
        keys = [self._key(part, outputs, scope) for part in group.expressions]
        for name in ("grouping_sets", "rollup", "cube"):
            keys += [called(name, [self._key(part, outputs, scope)]) for part in group.args.get(name) or ()]
        if group.args.get("all"):
            keys += [said_by(output.flow) for output, expression in outputs if not _aggregate(expression)]
        return keys

    def _key(self, node: exp.Expr, outputs: Projected, scope: Scope) -> Said:
        """A key by its position in the list, or as an expression."""
        if isinstance(node, (exp.Literal, exp.PositionalColumn)) and node.name.isdigit():
            at = int(node.name)
            return said_by(outputs[at - 1][0].flow) if 0 < at <= len(outputs) else plain(node.name)
        return Saying(self.reader, scope).said(node)

    def _ordered(self, args: Mapping[str, object], outputs: Projected, scope: Scope, outermost: bool) -> Sources:
        """The order of rows is seen in the result, and decides which there are where only some are kept."""
        order, cut = args.get("order"), [args[key] for key in ("limit", "offset") if args.get(key)]
        distinct_ = args.get("distinct")
        keeps_some = bool(cut) or (isinstance(distinct_, exp.Distinct) and distinct_.args.get("on") is not None)
        items: set[tuple[str, str]] = set()
        if isinstance(order, exp.Order) and (keeps_some or outermost):
            keys = [self._sort_key(part, outputs, scope) for part in order.expressions]
            items.add(self.reader.show(item("order", called("ordered by", keys).full), order))
        for part in cut:
            if isinstance(part, exp.Expr):
                items.add(self.reader.show(item("order", f"cut {Saying(self.reader, scope).said(part).full}"), part))
        return frozenset(items) | (stage("a limit") if cut else frozenset())

    def _sort_key(self, node: exp.Expr, outputs: Projected, scope: Scope) -> Said:
        inside = node.this if isinstance(node, exp.Ordered) else node
        how = f"{bool(node.args.get('desc'))} {node.args.get('nulls_first')}"
        return called("key", [self._key(inside, outputs, scope), plain(how)])

    def _united(self, node: exp.Expr, scope: Scope, outermost: bool) -> Relation:
        """A chain of set operations leans to the left, and may be long: it is unrolled."""
        chain = [node]
        while isinstance(first := chain[-1].args["this"], exp.SetOperation) and not first.args.get("with_"):
            chain.append(first)
        relation = self.resolved(chain[-1].args["this"], scope.inner())
        for at, operation in enumerate(reversed(chain)):
            right = self.resolved(operation.args["expression"], scope.inner())
            relation = _combined(operation, relation, right, at == 0)
        outer = scope.inner()
        outer.tables.append(("", relation))
        projected: Projected = [(output, exp.Null()) for output in relation.columns]
        return Relation(relation.columns, relation.conditions | self._ordered(node.args, projected, outer, outermost))

    def _subquery(self, node: exp.Expr, scope: Scope, outermost: bool) -> Relation:
        """`(SELECT ...)`, or `(t JOIN u)`, perhaps with an order and a limit of its own."""
        inside = node.args["this"]
        if isinstance(inside, exp.Table) or node.args.get("joins") or node.args.get("pivots"):
            items = add_from(node, scope, self.reader)
            for join in node.args.get("joins") or ():
                items = joined(join, items, scope, self.reader)
            relation = Relation(all_columns(scope), items)
        else:
            relation = self.resolved(inside, scope.inner(), outermost=outermost)
        outer = scope.inner()
        outer.tables.append(("", relation))
        projected: Projected = [(output, exp.Null()) for output in relation.columns]
        items = relation.conditions | self._ordered(node.args, projected, outer, outermost)
        alias = node.args.get("alias")
        names = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
        return relabelled(Relation(relation.columns, items), names)

    def _values(self, node: exp.Expr, scope: Scope) -> Relation:
        saying = Saying(self.reader, scope)
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
        width = max((len(row) for row in rows), default=0)
        columns = [
            Output(f"col{at}", flow(called("values", [saying.said(row[at]) for row in rows if at < len(row)])))
            for at in range(width)
        ]
        alias = node.args.get("alias")
        names = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
        return relabelled(Relation(columns, frozenset([item("union", f"{len(rows)} rows")])), names)


def _defer(with_: exp.Expr, scope: Scope) -> None:
    for cte in with_.expressions:
        names = [column.name for column in cte.args["alias"].args.get("columns") or ()]
        scope.ctes[cte.alias.lower()] = Deferred(
            [], node=cte.this, names=names, around=scope.inner(), recursive=bool(with_.args.get("recursive"))
        )


def _aggregate(expression: exp.Expr) -> bool:
    """Whether an item makes one value of many rows; over a window it makes one for each."""
    return any(
        not isinstance(found.parent, exp.Window) and not _windowed(found) for found in expression.find_all(*_AGGREGATES)
    )


def _windowed(node: exp.Expr) -> bool:
    """`sum(a) FILTER (...) OVER (...)`: the window is around the filter."""
    parent = node.parent
    return isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls)) and isinstance(parent.parent, exp.Window)


def _is_struct(star: exp.Expr, scope: Scope) -> bool:
    """Whether `s.*` is of a column `s`, and not of a table."""
    names = [part.name.lower() for part in identifiers(star)]
    return bool(names) and scope.table(names[-1]) is None


def _as_fields(outputs: list[Output]) -> list[Output]:
    """`s.*` gives every field the flow of its struct: each is said with its own name."""
    return [o._replace(flow=flow(called("field", [said_by(o.flow), plain(o.name.lower())]))) for o in outputs]


def _combined(operation: exp.Expr, left: Relation, right: Relation, is_first: bool) -> Relation:
    """Of UNION the order of the parts says nothing; of EXCEPT it does."""
    name = operation.__class__.__name__.lower()
    how = (
        name
        + ("" if operation.args.get("distinct") else " all")
        + (" by name" if operation.args.get("by_name") else "")
    )
    before = within("in one part", left.conditions) if is_first else left.conditions
    items = before | within("in one part", right.conditions) | stage("a union") | {item("union", how)}
    sides = left, right
    if operation.args.get("by_name"):
        names = list(dict.fromkeys(output.name.lower() for side in sides for output in side.columns))
        both = [(n, [o for side in sides if (o := side.column(n))]) for n in names]
    else:
        both = [(o.name, [o, right.columns[at]]) for at, o in enumerate(left.columns) if at < len(right.columns)]
    ordered = name != "union"
    return Relation(
        [Output(n, flow(called(name, [said_by(o.flow) for o in os], ordered=ordered))) for n, os in both], items
    )
