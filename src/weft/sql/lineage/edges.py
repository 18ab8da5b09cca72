"""Lineage of columns: each query is resolved once, from its innermost parts outward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from weft.errors import Refused
from weft.sql.lineage.expressions import flow_of
from weft.sql.lineage.flows import (
    NOTHING,
    Columns,
    Edge,
    Flow,
    Output,
    Relation,
    Scope,
    Sources,
    distinct,
    positional,
    relabelled,
)
from weft.sql.lineage.pivots import pivoted
from weft.sql.lineage.stars import all_columns, chosen, fields, like, starred
from weft.sql.lineage.tables import add_from, add_join
from weft.sql.statement import refused, statement

_AGGREGATES: tuple[type[exp.Expr], ...] = (exp.AggFunc,)


def column_lineage(text: str, reads: Mapping[str, Columns]) -> tuple[Edge, ...]:
    """What each named column of the result comes from, sorted; a pair that is value and condition is said once, as value.

    A column that comes from nothing that is read, as a literal, has one edge whose source is empty.
    `reads` has the columns of each name that the query reads, under the name as `reading` has it. Raises: Refused.
    """
    read = statement(text)
    try:
        relation = resolved(read.tree, Scope(resolved, _based(reads)))
    except RecursionError as error:
        raise _too_deep() from error
    return tuple(sorted(_edges(relation)))


def columns_read(text: str, reads: Mapping[str, Columns]) -> dict[str, tuple[str, ...]]:
    """The columns that a query reads of each name, in their order there: those it says, and those that a star of its result stands for.

    A column that a star takes up inside the query and that nothing uses is not read: the query would do without it.
    `reads` has the columns of each name that the query reads, under the name as `reading` has it. Raises: Refused.
    """
    read = statement(text, parameters=True)
    scope = Scope(resolved, _based(reads))
    try:
        relation = resolved(read.tree, scope)
    except RecursionError as error:
        raise _too_deep() from error
    found = scope.said | relation.flow.everything
    return {name: tuple(column for column, _ in columns if (name, column) in found) for name, columns in reads.items()}


def _based(reads: Mapping[str, Columns]) -> dict[str, Relation]:
    return {
        name: Relation([Output(column, Flow(frozenset([(name, column)])), type_) for column, type_ in columns])
        for name, columns in reads.items()
    }


def _too_deep() -> Refused:
    return refused("this SQL is nested too deeply", "Split it into steps, or name parts of it in a WITH.")


def _edges(relation: Relation) -> Iterable[Edge]:
    for output in {output.name: output for output in relation.columns if output.name}.values():
        values, conditions = output.flow
        for source, column in values:
            yield Edge(output.name, source, column, "value")
        decided_by = (conditions | relation.conditions) - values
        for source, column in decided_by:
            yield Edge(output.name, source, column, "condition")
        if not values and not decided_by:
            yield Edge(output.name, "", "")


def resolved(node: exp.Expr, scope: Scope) -> Relation:
    """The columns that a query returns. `scope` is its own, and gets its CTEs."""
    if with_ := node.args.get("with_"):
        _add_ctes(with_, scope)
    if isinstance(node, exp.Select):
        return _select(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Subquery):
        return _subquery(node, scope)
    if isinstance(node, exp.Values):
        return _values(node, scope)
    if isinstance(node, exp.Pivot):
        conditions = add_from(node.this, scope)
        return pivoted(node, Relation(all_columns(scope), conditions), scope)
    return Relation([])


def _add_ctes(with_: exp.Expr, scope: Scope) -> None:
    for cte in with_.expressions:
        names = [column.name for column in cte.args["alias"].args.get("columns") or ()]
        name = cte.alias.lower()
        if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
            relation = _recursive(cte.this, name, names, scope)
        else:
            relation = relabelled(resolved(cte.this, scope.inner()), names)
        scope.ctes[name] = relation


def _recursive(node: exp.Expr, name: str, names: list[str], scope: Scope) -> Relation:
    """The first part gives the columns; the other part is read until it adds nothing."""
    inner = scope.inner()
    first = relabelled(resolved(node.args["this"], inner.inner()), names)
    relation = first
    for _ in range(1 + len(first.columns)):
        inner.ctes[name] = relation
        again = resolved(node.args["expression"], inner.inner())
        grown = Relation(positional(relation, again), relation.conditions | again.conditions)
        if grown.columns == relation.columns and grown.conditions == relation.conditions:
            break
        relation = grown
    return relation


def _set_operation(node: exp.Expr, scope: Scope) -> Relation:
    """A chain of set operations leans to the left, and may be long: it is unrolled."""
    chain = [node]
    while isinstance(first := chain[-1].args["this"], exp.SetOperation) and not first.args.get("with_"):
        chain.append(first)
    relation = resolved(chain[-1].args["this"], scope.inner())
    for operation in reversed(chain):
        relation = _combined(operation, relation, resolved(operation.args["expression"], scope.inner()))
    return relation


def _combined(operation: exp.Expr, left: Relation, right: Relation) -> Relation:
    conditions = left.conditions | right.conditions
    if isinstance(operation, (exp.Except, exp.Intersect)):
        return Relation(left.columns, conditions | right.flow.everything)
    if not operation.args.get("by_name"):
        return Relation(positional(left, right), conditions)
    both = [o._replace(flow=o.flow | same.flow) if (same := right.column(o.name.lower())) else o for o in left.columns]
    return Relation(both + [o for o in right.columns if left.column(o.name.lower()) is None], conditions)


def _subquery(node: exp.Expr, scope: Scope) -> Relation:
    """`(SELECT ...)`, or `(t JOIN u)`, perhaps with an order and a limit of its own."""
    inside = node.args["this"]
    if isinstance(inside, exp.Table) or node.args.get("joins") or node.args.get("pivots"):
        conditions = add_from(node, scope)
        for join in node.args.get("joins") or ():
            conditions |= add_join(join, scope)
        relation = Relation(all_columns(scope), conditions)
    else:
        relation = resolved(inside, scope.inner())
    alias = node.args.get("alias")
    names = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    return relabelled(relation, names)


def _values(node: exp.Expr, scope: Scope) -> Relation:
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in node.expressions]
    columns: list[Output] = []
    for at in range(max((len(row) for row in rows), default=0)):
        flow = Flow()
        for row in rows:
            flow = flow | (flow_of(row[at], scope) if at < len(row) else Flow())
        columns.append(Output(f"col{at}", flow))
    alias = node.args.get("alias")
    names = [column.name for column in alias.args.get("columns") or ()] if isinstance(alias, exp.TableAlias) else []
    return relabelled(Relation(columns), names)


def _select(node: exp.Expr, scope: Scope) -> Relation:
    args = node.args
    conditions: Sources = NOTHING
    if from_ := args.get("from_"):
        conditions |= add_from(from_.this, scope)
    for join in (*(args.get("joins") or ()), *(args.get("laterals") or ())):
        conditions |= add_join(join, scope) if isinstance(join, exp.Join) else add_from(join, scope)
    for window in args.get("windows") or ():
        scope.windows[window.name.lower()] = flow_of(window, scope).as_condition
    outputs = _projections(args["expressions"], scope)
    for key in ("where", "having", "qualify"):
        if clause := args.get(key):
            conditions |= flow_of(clause.this, scope).everything
    conditions |= _grouping(args, outputs, scope) | _ordering(args, outputs, scope)
    return Relation(distinct([output for output, _ in outputs]), conditions)


Projected = list[tuple[Output, exp.Expr]]


def _projections(expressions: list[exp.Expr], scope: Scope) -> Projected:
    outputs: Projected = []
    for expression in expressions:
        for output in _outputs(expression, scope):
            outputs.append((output, expression))
            if isinstance(expression, exp.Alias):
                scope.aliases.setdefault(output.name.lower(), output.flow)
    return outputs


def _outputs(expression: exp.Expr, scope: Scope) -> list[Output]:
    """What one item of a SELECT returns: one column, or as many as a star, COLUMNS or an unnested struct stands for."""

    def flowing(node: exp.Expr) -> Output:
        return Output("", flow_of(node, scope))

    inside = expression.this if isinstance(expression, exp.Alias) else expression
    if isinstance(inside, exp.Star) or (isinstance(inside, exp.Column) and isinstance(inside.this, exp.Star)):
        return starred(inside, scope, flowing)
    if isinstance(inside, (exp.Like, exp.ILike)) and isinstance(inside.this, exp.Star):
        ignore_case = isinstance(inside, exp.ILike)
        return like(starred(inside.this, scope, flowing), inside.expression.name, ignore_case=ignore_case)
    if isinstance(inside, exp.Explode) and isinstance(inside.this, exp.Column):
        found = scope.column(inside.this.name.lower())
        if found is not None and found.type.upper().startswith("STRUCT("):
            return fields(found)
    each = inside.find(exp.Columns) if _may_have_columns(inside) else None
    if each is not None and not each.args.get("unpack"):
        whole = flow_of(inside, scope)
        alias = expression.alias if isinstance(expression, exp.Alias) else ""
        return [Output(alias or o.name, o.flow | whole) for o in chosen(each, scope, flowing)]
    return [_one(expression, inside, scope)]


def _one(expression: exp.Expr, inside: exp.Expr, scope: Scope) -> Output:
    plain = inside.this if isinstance(inside, exp.Paren) else inside
    type_ = ""
    if isinstance(plain, exp.Column) and not plain.args.get("table") and (found := scope.column(plain.name.lower())):
        type_ = found.type
    name = (
        expression.alias if isinstance(expression, exp.Alias) else plain.name if isinstance(plain, exp.Column) else ""
    )
    return Output(name, flow_of(inside, scope), type_)


def _may_have_columns(node: exp.Expr) -> bool:
    return not isinstance(node, (exp.Column, exp.Literal, exp.Subquery))


def _grouping(args: Mapping[str, object], outputs: Projected, scope: Scope) -> Sources:
    group, distinct = args.get("group"), args.get("distinct")
    keys: list[Sources] = []
    if isinstance(group, exp.Group):
        lists = (group.args.get(key) or () for key in ("expressions", "grouping_sets", "rollup", "cube"))
        keys += [_key(part, outputs, scope) for parts in lists for part in parts]
        if group.args.get("all"):
            keys += [o.flow.everything for o, expression in outputs if expression.find(*_AGGREGATES) is None]
    if isinstance(distinct, exp.Distinct) and (on := distinct.args.get("on")) is not None:
        keys.append(flow_of(on, scope).everything)
    return NOTHING.union(*keys)


def _ordering(args: Mapping[str, object], outputs: Projected, scope: Scope) -> Sources:
    """The order decides which rows there are where only some of them are kept."""
    order, distinct = args.get("order"), args.get("distinct")
    cut = args.get("limit") or args.get("offset") or (isinstance(distinct, exp.Distinct) and distinct.args.get("on"))
    conditions: Sources = NOTHING
    if isinstance(order, exp.Order):
        for part in order.expressions:
            conditions |= _key(part.this if isinstance(part, exp.Ordered) else part, outputs, scope)
    return conditions if cut else NOTHING


def _key(node: exp.Expr, outputs: Projected, scope: Scope) -> Sources:
    """A key by its position in the list, or as an expression."""
    if isinstance(node, (exp.Literal, exp.PositionalColumn)):
        position = int(node.name) if node.name.isdigit() else 0
        return outputs[position - 1][0].flow.everything if 0 < position <= len(outputs) else NOTHING
    return flow_of(node, scope).everything
