"""The first wall: every word that a query calls is on a list, found in its tokens before anything is believed of its tree."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from weft.errors import Place, Refused, closest
from weft.sql.functions import (
    ALLOWED_NAMES,
    AS_OF_NAMES,
    COLLATIONS,
    INSTEAD,
    REFUSED_FOR,
    TABLE_FUNCTIONS,
)
from weft.sql.shapes import Found

_ALLOWED = ALLOWED_NAMES | TABLE_FUNCTIONS
_BEFORE_BRACKETS = frozenset(
    [
        "all",
        "and",
        "any",
        "array",
        "as",
        "asof",
        "between",
        "by",
        "case",
        "cast",
        "columns",
        "cross",
        "cube",
        "distinct",
        "else",
        "end",
        "escape",
        "except",
        "exclude",
        "exists",
        "extract",
        "filter",
        "for",
        "from",
        "full",
        "glob",
        "group",
        "having",
        "ilike",
        "in",
        "inner",
        "intersect",
        "interval",
        "is",
        "join",
        "key",
        "lambda",
        "lateral",
        "left",
        "like",
        "limit",
        "map",
        "materialized",
        "name",
        "natural",
        "not",
        "nulls",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "over",
        "partition",
        "pivot",
        "qualify",
        "rename",
        "replace",
        "right",
        "rollup",
        "select",
        "semi",
        "anti",
        "sets",
        "similar",
        "some",
        "struct",
        "symmetric",
        "then",
        "to",
        "trim",
        "try_cast",
        "union",
        "unpivot",
        "using",
        "value",
        "values",
        "when",
        "where",
        "window",
        "with",
        "within",
        "coalesce",
        "try",
        "grouping",
        "grouping_id",
    ]
)
"""Words that stand before a bracket and call nothing."""
_TYPES = frozenset(
    [
        "bit",
        "bitstring",
        "bpchar",
        "char",
        "character",
        "dec",
        "decimal",
        "enum",
        "float",
        "nchar",
        "numeric",
        "nvarchar",
        "string",
        "text",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "varchar",
        "varying",
        "list",
    ]
)
_SILENT = frozenset(["current_catalog", "current_role", "current_schema", "current_user", "session_user"])
"""What DuckDB calls without brackets, quoted or not, where no column has the name."""
_QUOTABLE = _SILENT | {"current_date"}
_NAMED = frozenset([TokenType.VAR, TokenType.IDENTIFIER])


def check_words(tokens: Sequence[Token], found: Found) -> None:
    """Raises: Refused, for a function that is not on the list, and for what asks about the session."""
    before: Token | None = None
    two_before: Token | None = None
    for token in tokens:
        kind = token.token_type
        if kind == TokenType.L_PAREN and before is not None:
            _check_call(before, two_before, found)
        elif kind not in _SIGNS:
            word = token.text.lower()
            if word in _QUOTABLE and (before is None or before.token_type != TokenType.DOT):
                _check_silent(token, word)
        two_before, before = before, token


_SIGNS = frozenset(
    [
        TokenType.COMMA,
        TokenType.DOT,
        TokenType.R_PAREN,
        TokenType.STRING,
        TokenType.NUMBER,
        TokenType.EQ,
        TokenType.ALIAS,
        TokenType.STAR,
    ]
)


def _check_silent(token: Token, word: str) -> None:
    if word in _SILENT:
        raise _refused(
            f"{word} is not allowed: it tells of the session or the machine", INSTEAD.get(word, "Leave it out."), token
        )
    if token.token_type == TokenType.IDENTIFIER:
        raise _refused(
            f'"{word}" may be a column or the run\'s day',
            f"Say t.{word} for the column of t, or {word} without quotes.",
            token,
        )


def _check_call(token: Token, before: Token | None, found: Found) -> None:
    kind = token.token_type
    if kind in _SIGNS or not (token.text[:1].isalpha() or token.text[:1] == "_" or kind == TokenType.IDENTIFIER):
        return
    word = token.text.lower()
    if kind not in _NAMED:
        word = word.rpartition(" ")[2]
    if word in _ALLOWED or word.startswith(COLLATIONS):
        if word in AS_OF_NAMES and (kind == TokenType.IDENTIFIER or _is_dot(before)):
            raise _refused(f"{word}() is called in a roundabout way", f"Say {word}() alone.", token)
        return
    if reason := REFUSED_FOR.get(word):
        raise _refused(f"the function {word} is not allowed: {reason}", INSTEAD.get(word, "Leave it out."), token)
    if kind != TokenType.IDENTIFIER and not _is_dot(before) and (word in _BEFORE_BRACKETS or word in _TYPES):
        return
    if token.start not in found.headed:
        near = closest(word, _ALLOWED)
        mend = (
            f"Did you mean '{near}'?" if near else "The functions that may be used are listed in the reference of SQL."
        )
        raise _refused(f"there is no function {word} that may be used here", mend, token)


def _is_dot(token: Token | None) -> bool:
    return token is not None and token.token_type == TokenType.DOT


def _refused(message: str, mend: str, token: Token) -> Refused:
    return Refused(message, mend=mend, place=Place("query", token.line))
