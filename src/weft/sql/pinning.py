"""The run's time in place of now(), current_date and their kin, so that a run is one moment whatever it computes when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlglot.tokenizer_core import TokenType

from weft.sql.functions import AS_OF_NAMES
from weft.sql.rewriting import Edit, edited, quoted
from weft.sql.statement import Statement, statement

_BARE = frozenset(["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"])
"""What asks for the time without brackets."""
_STEMS = ("now", "today", "current_", "localtime", "transaction_timestamp")
"""Parts of all that asks for the time: most texts say none of these anywhere, and are looked at no further."""
_OPENING = frozenset([TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE])
_CLOSING = frozenset([TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE])
_AFTER_LIST = frozenset(
    [
        TokenType.FROM,
        TokenType.WHERE,
        TokenType.GROUP_BY,
        TokenType.ORDER_BY,
        TokenType.HAVING,
        TokenType.LIMIT,
        TokenType.QUALIFY,
        TokenType.UNION,
        TokenType.EXCEPT,
        TokenType.INTERSECT,
    ]
)
_BEFORE_COLUMN = frozenset([TokenType.SELECT, TokenType.COMMA, TokenType.DISTINCT])
_AFTER_COLUMN = _AFTER_LIST | _CLOSING | {TokenType.COMMA, None}


def pinned(text: str, as_of: datetime) -> str:
    """The text with every call of the time replaced by what it says at `as_of`, in UTC; itself where it asks for none.

    A column of a result that had only the call for a name keeps it. Raises: Refused.
    """
    read = statement(text)
    if not asks_for_time(read):
        return text
    moment = as_of.astimezone(UTC)
    return edited(text, [_edit(read, at, moment, listed) for at, listed in _calls(read)])


def asks_for_time(read: Statement) -> bool:
    lowered = read.text.lower()
    return any(stem in lowered for stem in _STEMS) and next(_calls(read), None) is not None


def _calls(read: Statement) -> Iterator[tuple[int, bool]]:
    """Index of each token that asks for the time, and whether it stands directly in the list of a SELECT."""
    inside = [False]
    for at, token in enumerate(read.tokens):
        kind = token.token_type
        if kind in _OPENING:
            inside.append(False)
        elif kind in _CLOSING:
            inside.pop()
        elif kind == TokenType.SELECT:
            inside[-1] = True
        elif kind in _AFTER_LIST:
            inside[-1] = False
        elif kind not in (TokenType.STRING, TokenType.IDENTIFIER) and _is_call(read, at):
            yield at, inside[-1]


def _is_call(read: Statement, at: int) -> bool:
    token = read.tokens[at]
    word = token.text.lower()
    if word not in AS_OF_NAMES or (at > 0 and read.tokens[at - 1].token_type == TokenType.DOT):
        return False
    return _has_brackets(read, at) or (word in _BARE and token.start not in read.found.named)


def _has_brackets(read: Statement, at: int) -> bool:
    return _kind(read, at + 1) == TokenType.L_PAREN and _kind(read, at + 2) == TokenType.R_PAREN


def _kind(read: Statement, at: int) -> TokenType | None:
    return read.tokens[at].token_type if at < len(read.tokens) else None


def _edit(read: Statement, at: int, moment: datetime, listed: bool) -> Edit:
    token = read.tokens[at]
    brackets = _has_brackets(read, at)
    last = at + 2 if brackets else at
    alone = listed and _kind(read, at - 1) in _BEFORE_COLUMN and _kind(read, last + 1) in _AFTER_COLUMN
    name = f" AS {quoted(token.text + '()' * brackets)}" if alone else ""
    return token.start, read.tokens[last].end + 1, _literal(token.text.lower(), moment) + name


def _literal(word: str, moment: datetime) -> str:
    day, time = f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S.%f}"
    if word in ("current_date", "today"):
        return f"(DATE '{day}')"
    if word in ("localtime", "current_localtime"):
        return f"(TIME '{time}')"
    if word in ("current_time", "get_current_time"):
        return f"(TIMETZ '{time}+00')"
    if word in ("localtimestamp", "current_localtimestamp"):
        return f"(TIMESTAMP '{day} {time}')"
    return f"(TIMESTAMPTZ '{day} {time}+00')"
