"""A query that is one number of all rows of one table, as an expression: it may then be computed in a scan that others share."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from weft.sql.aggregate import Aggregate
from weft.sql.statement import statement

_PARTS = frozenset({"expressions", "from_", "where"})
_BESIDE = (exp.Query, exp.Window, exp.Lambda, exp.Join, exp.TableSample, exp.Pivot, exp.Columns)
"""What an expression that stands beside others may not hold."""


def aggregate_of(text: str) -> Aggregate | None:
    """What `SELECT aggregate FROM table` or `SELECT count(*) FROM table WHERE condition` computes; None where a query is more than that.

    Raises: Refused.
    """
    read = statement(text)
    tree = read.tree
    if not isinstance(tree, exp.Select) or any(value for part, value in tree.args.items() if part not in _PARTS):
        return None
    if (
        read.tokens[0].token_type != TokenType.SELECT
        or "--" in text
        or "/*" in text
        or len(tree.expressions) != 1
        or not _is_plain(tree)
    ):
        return None
    columns = list(tree.find_all(exp.Column))
    if any(column.table for column in columns):
        return None
    number = _number(tree, text, read.tokens)
    if number is None:
        return None
    return Aggregate(number, frozenset(column.name.lower() for column in columns))


def _is_plain(tree: exp.Select) -> bool:
    """Whether it reads one table by its name, and has nothing that a scan of all its rows would not give."""
    source = tree.args["from_"].this if tree.args.get("from_") else None
    if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
        return False
    if any(node is not tree and isinstance(node, _BESIDE) for node in tree.walk()):
        return False
    return all(isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))


def _number(tree: exp.Select, text: str, tokens: Sequence[Token]) -> str | None:
    chosen, condition = tree.expressions[0].unalias(), tree.args.get("where")
    if condition is not None:
        is_count = isinstance(chosen, exp.Count) and isinstance(chosen.this, exp.Star)
        return f"coalesce(count_if({_after(TokenType.WHERE, text, tokens)}), 0)" if is_count else None
    outside = [column for column in chosen.find_all(exp.Column) if not column.find_ancestor(exp.AggFunc)]
    if isinstance(tree.expressions[0], exp.Alias) or outside or not chosen.find(exp.AggFunc):
        return None
    return text[tokens[0].end + 1 : _at(TokenType.FROM, tokens).start].strip()


def _after(kind: TokenType, text: str, tokens: Sequence[Token]) -> str:
    return text[_at(kind, tokens).end + 1 : tokens[-1].end + 1].strip()


def _at(kind: TokenType, tokens: Sequence[Token]) -> Token:
    """The word that is within no brackets: EXTRACT has a FROM of its own."""
    depth = 0
    for token in tokens:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if token.token_type == kind and depth == 0:
            return token
    raise AssertionError(f"no {kind.name} in a query that has one")
