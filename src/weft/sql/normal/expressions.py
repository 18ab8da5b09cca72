"""The normal form of an expression: names resolved, operands that may change places sorted, one spelling of each operator."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from weft.sql.lineage.flows import Scope
from weft.sql.normal.forms import Reader, Said, Unclear, called, plain, said_by
from weft.sql.statement import identifiers

Bound = dict[str, Said]
"""Parameters of lambdas."""

_QUERIES = (exp.Subquery, exp.Select, exp.SetOperation)
_CHAINS: dict[type[exp.Expr], str] = {exp.And: "and", exp.Or: "or", exp.Add: "add", exp.Mul: "mul"}
_SWAPPED: dict[type[exp.Expr], str] = {
    exp.EQ: "eq",
    exp.NEQ: "neq",
    exp.NullSafeEQ: "same",
    exp.NullSafeNEQ: "differs",
    exp.BitwiseAnd: "bitand",
    exp.BitwiseOr: "bitor",
}
_TURNED: dict[type[exp.Expr], tuple[str, bool]] = {
    exp.LT: ("lt", False),
    exp.LTE: ("lte", False),
    exp.GT: ("lt", True),
    exp.GTE: ("lte", True),
}
_OPPOSITES: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
}
_OVER = ("order", "spec", "first")
_FIELDS = (exp.PropertyEQ, exp.Kwarg)


class Saying:
    """How expressions of one scope are said."""

    def __init__(self, reader: Reader, scope: Scope, bound: Bound | None = None) -> None:
        self.reader, self.scope, self.bound = reader, scope, bound or {}

    def said(self, node: exp.Expr) -> Said:
        while isinstance(node, (exp.Paren, exp.Alias)):
            node = node.this
        kind = node.__class__
        if chain := _CHAINS.get(kind):
            return self._chain(node, chain)
        if swapped := _SWAPPED.get(kind):
            return called(swapped, [self.said(node.this), self.said(node.expression)], ordered=False)
        if turned := _TURNED.get(kind):
            sides = [self.said(node.this), self.said(node.expression)]
            return called(turned[0], sides[::-1] if turned[1] else sides)
        if found := _SPECIAL.get(kind):
            return found(self, node)
        if isinstance(node, _QUERIES):
            return self.query(node)
        if isinstance(node, exp.Pivot):
            raise Unclear
        return self._any(node)

    def all_said(self, nodes: list[exp.Expr]) -> list[Said]:
        return [self.said(node) for node in nodes]

    def _chain(self, node: exp.Expr, name: str) -> Said:
        """AND, OR, `+`, `*`: flat and sorted; of AND and OR each part once."""
        parts = list(dict.fromkeys(map(self.said, flat(node)))) if name in ("and", "or") else self.all_said(flat(node))
        return parts[0] if len(parts) == 1 else called(name, parts, ordered=False)

    def query(self, node: exp.Expr) -> Said:
        """A query that stands for a value."""
        self.reader.counts.append({})
        relation = self.scope.query(node, self.scope.inner())
        self.reader.counts.pop()
        columns = [said_by(output.flow) for output in relation.columns]
        full = sorted(f"{part} {text}" for part, text in relation.conditions)
        bare = sorted(f"{part} {text}" for part, text in relation.conditions if part != "order")
        whole = called("query", columns)
        return Said(f"{whole.full} where {full}", f"{whole.bare} where {bare}").short

    def name(self, node: exp.Expr) -> Said:
        parts = [node.name] if node.__class__ is exp.Identifier else [part.name for part in identifiers(node)]
        if not parts:
            return plain("*")
        if (parameter := self.bound.get(parts[0].lower())) is not None:
            return _fields(parameter, parts[1:])
        scope: Scope | None = self.scope
        while scope is not None:
            if (found := _resolved(scope, parts)) is not None:
                return found
            scope = scope.outer
        return plain(f"unknown {'.'.join(parts).lower()}")

    def window(self, node: exp.Expr) -> Said:
        this = self.said(node.this)
        named = node.args.get("alias")
        frame = self.frame(node)
        if isinstance(named, exp.Identifier) and (found := self.scope.windows.get(named.name.lower())) is not None:
            alone = not any(node.args.get(key) for key in ("partition_by", *_OVER))
            frame = said_by(found) if alone else called("frame", [said_by(found), frame])
        return Said(called("over", [this, frame]).full, this.bare)

    def frame(self, node: exp.Expr) -> Said:
        """What stands after OVER, or after a name in WINDOW."""
        by = called("by", self.all_said(node.args.get("partition_by") or []), ordered=False)
        return called("frame", [by, *(self._argument(node.args[key]) for key in _OVER if node.args.get(key))])

    def _argument(self, value: object) -> Said:
        return self.said(value) if isinstance(value, exp.Expr) else plain(str(value).lower())

    def order(self, node: exp.Expr) -> Said:
        """The order of a window or within an aggregate, which `bare` leaves out; SQLGlot puts the latter around its argument."""
        this = node.args.get("this")
        inside = self.said(this) if isinstance(this, exp.Expr) else plain("")
        return Said(called("order", [inside, *self.all_said(node.expressions)]).full, inside.bare)

    def negated(self, node: exp.Expr) -> Said:
        inside = node.this
        while isinstance(inside, exp.Paren):
            inside = inside.this
        if isinstance(inside, exp.Not):
            return self.said(inside.this)
        if opposite := _OPPOSITES.get(inside.__class__):
            return self.said(opposite(this=inside.this.copy(), expression=inside.expression.copy()))
        return called("not", [self.said(inside)])

    def between(self, node: exp.Expr) -> Said:
        this, low, high = self.all_said([node.this, node.args["low"], node.args["high"]])
        if node.args.get("symmetric"):
            return called("between", [this, called("ends", [low, high], ordered=False)])
        return called("and", [called("lte", [low, this]), called("lte", [this, high])], ordered=False)

    def among(self, node: exp.Expr) -> Said:
        this = self.said(node.this)
        if query := node.args.get("query"):
            return called("in", [this, self.said(query)])
        values = list(dict.fromkeys(self.all_said(node.expressions)))
        if len(values) == 1 and not node.args.get("field"):
            return called("eq", [this, values[0]], ordered=False)
        if field := node.args.get("field"):
            return called("in", [this, self.said(field)])
        return called("in", [this, called("values", values, ordered=False)])

    def case(self, node: exp.Expr) -> Said:
        """CASE x WHEN y is CASE WHEN x = y; IF(a, b, c) is CASE WHEN a THEN b ELSE c END."""
        of = node.args.get("this") if isinstance(node, exp.Case) else None
        branches = node.args.get("ifs") if isinstance(node, exp.Case) else [node]
        parts: list[Said] = []
        for branch in branches or []:
            condition = self.said(branch.this)
            parts.append(called("eq", [self.said(of), condition], ordered=False) if of else condition)
            parts.append(self.said(branch.args["true"]))
        default = node.args.get("default") if isinstance(node, exp.Case) else node.args.get("false")
        return called("case", [*parts, self.said(default) if default else plain("null()")])

    def function(self, node: exp.Expr) -> Said:
        return called(str(node.this).lower(), self.all_said(node.expressions))

    def lambda_(self, node: exp.Expr) -> Said:
        """Its parameters go by their places."""
        depth = len(self.bound)
        names = {part.name.lower(): plain(f"${depth + at}") for at, part in enumerate(node.expressions)}
        return called("lambda", [Saying(self.reader, self.scope, self.bound | names).said(node.this)])

    def field(self, node: exp.Expr) -> Said:
        step = node.expression
        if isinstance(step, exp.Identifier):
            return _fields(self.said(node.this), [step.name])
        return called("dot", [self.said(node.this), self.said(step)])

    def cast(self, node: exp.Expr) -> Said:
        name = node.__class__.__name__.lower()
        return called(name, [self.said(node.this), plain(node.args["to"].sql("duckdb").upper())])

    def count(self, node: exp.Expr) -> Said:
        """count(), count(*) and count(1) count rows."""
        inside = node.args.get("this")
        if inside is None or isinstance(inside, exp.Literal):
            return called("count", [plain("*")])
        return called("count", self.all_said([inside, *node.expressions]))

    def _any(self, node: exp.Expr) -> Said:
        """Any other node: its class, and its arguments by name."""
        parts: list[Said] = []
        for key in sorted(node.args):
            value = node.args[key]
            if value is None or value is False or value == []:
                continue
            if key == "this" and isinstance(node, _FIELDS) and isinstance(value, exp.Expr):
                parts.append(plain(value.name))
            elif isinstance(value, exp.Expr):
                parts.append(called(key, [self.said(value)]))
            elif isinstance(value, list):
                parts.append(called(key, [self.said(v) if isinstance(v, exp.Expr) else plain(str(v)) for v in value]))
            else:
                parts.append(plain(f"{key} {value}"))
        return called(node.__class__.__name__.lower(), parts)


def flat(node: exp.Expr) -> list[exp.Expr]:
    """The parts of a chain of one operator, brackets between them taken away; BETWEEN is two parts of an AND."""
    kind, stack, parts = node.__class__, [node], []
    while stack:
        part = stack.pop()
        while isinstance(part, exp.Paren):
            part = part.this
        if part.__class__ is kind:
            stack += [part.args["expression"], part.args["this"]]
        elif kind is exp.And and isinstance(part, exp.Between) and not part.args.get("symmetric"):
            parts += ends(part)
        else:
            parts.append(part)
    return parts


def conjunction(node: exp.Expr) -> list[exp.Expr]:
    """The parts that all have to hold."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Between) and not node.args.get("symmetric"):
        return ends(node)
    return flat(node) if isinstance(node, exp.And) else [node]


def ends(between: exp.Expr) -> list[exp.Expr]:
    this, low, high = between.this, between.args["low"], between.args["high"]
    return [exp.GTE(this=this.copy(), expression=low.copy()), exp.LTE(this=this.copy(), expression=high.copy())]


def _resolved(scope: Scope, parts: list[str]) -> Said | None:
    """What a name stands for in one scope, and of a struct the field that is meant."""
    lower = [part.lower() for part in parts]
    for at in range(len(parts) - 1, 0, -1):
        table = scope.table(lower[at - 1])
        if table is not None and (output := table.column(lower[at])):
            return _fields(said_by(output.flow), parts[at + 1 :])
    if output := scope.column(lower[0]):
        return _fields(said_by(output.flow), parts[1:])
    if (alias := scope.aliases.get(lower[0])) is not None:
        return _fields(said_by(alias), parts[1:])
    table = scope.table(lower[0]) if len(parts) == 1 else None
    return called("row", [said_by(table.flow)]) if table is not None else None


def _fields(of: Said, names: list[str]) -> Said:
    for name in names:
        of = called("field", [of, plain(name.lower())])
    return of


def _literal(_: Saying, node: exp.Expr) -> Said:
    return plain(repr(node.name) if node.args.get("is_string") else node.name)


_SPECIAL: dict[type[exp.Expr], Callable[[Saying, exp.Expr], Said]] = {
    exp.Column: Saying.name,
    exp.Identifier: Saying.name,
    exp.Literal: _literal,
    exp.Star: lambda _, __: plain("*"),
    exp.DataType: lambda _, node: plain(node.sql("duckdb").upper()),
    exp.Var: lambda _, node: plain(node.name.lower()),
    exp.Window: Saying.window,
    exp.Order: Saying.order,
    exp.Not: Saying.negated,
    exp.Between: Saying.between,
    exp.In: Saying.among,
    exp.Case: Saying.case,
    exp.If: Saying.case,
    exp.Anonymous: Saying.function,
    exp.Lambda: Saying.lambda_,
    exp.Dot: Saying.field,
    exp.Cast: Saying.cast,
    exp.TryCast: Saying.cast,
    exp.Count: Saying.count,
}
