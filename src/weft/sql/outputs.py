"""Where a query says the columns that it returns, so that what is wrong with one is shown at its line."""

from __future__ import annotations

from sqlglot import exp

from weft.sql.statement import statement


def output_lines(text: str) -> dict[str, int]:
    """By name in lower case; columns that a star stands for, and those without a name, are not among them."""
    read = statement(text)
    select = first_select(read.tree)
    found: dict[str, int] = {}
    for expression in select.expressions if select else ():
        named = expression.args.get("alias") if isinstance(expression, exp.Alias) else expression
        part = named.this if isinstance(named, exp.Column) else named
        if isinstance(part, exp.Identifier) and (start := part.meta.get("start")) is not None:
            found.setdefault(part.name.lower(), read.line(start))
    return found


def first_select(tree: exp.Expr) -> exp.Select | None:
    """The query that gives the columns their names: the leftmost of a set operation."""
    node: object = tree
    while isinstance(node, (exp.SetOperation, exp.Subquery)):
        node = node.args.get("this")
    return node if isinstance(node, exp.Select) else None
