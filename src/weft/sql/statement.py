"""One SQL text, read once: its tokens, its tree, and whatever stands where a table does; nothing unguarded gets past here."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from weft.errors import Place, Refused
from weft.sql.shapes import Found, found_in
from weft.sql.words import check_words

MOST_CHARACTERS = 1_000_000
MOST_TOKENS = 60_000
DEEPEST = 100
"""Brackets, CASEs and prefix operators within each other: the parser recurses, and must not run out of stack."""
MOST_JOINS = 500

_STRANGE = re.compile(
    "[^\t\n\r -~\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe\uff00-\uffef\U00010000-\U0010ffff]|\r(?!\n)|\u00ad|\u180e|\u061c"
)
"""Control, format and foreign white-space characters: DuckDB takes some of them for blanks, and readers see none of them."""
_PLAIN = re.compile("[\t\n -~]*")
"""What nearly every text is: told at a glance."""
_BEGINNINGS = frozenset(
    [
        TokenType.SELECT,
        TokenType.WITH,
        TokenType.FROM,
        TokenType.VALUES,
        TokenType.L_PAREN,
        TokenType.PIVOT,
        TokenType.UNPIVOT,
    ]
)
_OPENING = frozenset([TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE])
_CLOSING = frozenset([TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END])
_PREFIXES = frozenset(
    [
        TokenType.NOT,
        TokenType.DASH,
        TokenType.PLUS,
        TokenType.TILDE,
        TokenType.PARAMETER,
        TokenType.INTERVAL,
        TokenType.DAT,
    ]
)
_NESTING = _OPENING | _CLOSING | _PREFIXES | {TokenType.JOIN, TokenType.ARROW, TokenType.SEMICOLON, TokenType.BEGIN}
_STUMBLES = (TokenError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What the parser raises besides its own error where a text is broken in a way that it did not expect."""
_DIALECT = DuckDB()

logging.getLogger("sqlglot").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One SELECT that passed the guard. Shared between callers: its tree is never changed."""

    text: str
    tokens: Sequence[Token]
    tree: exp.Expr
    found: Found

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


def statement(text: str, *, parameters: bool = False) -> Statement:
    """Raises: Refused, with the line, for whatever is not one statement that only reads what it is given.

    `parameters` are let pass where they get values, beside the text.
    """
    read = _read(text)
    if read.found.parameters and not parameters:
        raise refused("a parameter has no value here", "Write the value itself.")
    return read


@lru_cache(maxsize=2048)
def _read(text: str) -> Statement:
    _check_characters(text)
    try:
        tokens = _DIALECT.tokenize(text)
    except TokenError as error:
        raise refused(f"this cannot be read as SQL: {_plain(error)}", "Close every quote and comment.") from error
    tokens = _single(tokens)
    _check_depth(tokens)
    tree = _parsed(text, tokens)
    try:
        found = found_in(tree, text)
    except RecursionError as error:
        raise _too_deep(1) from error
    check_words(tokens, found)
    return Statement(text, tokens, tree, found)


def refused(message: str, mend: str = "", line: int = 1) -> Refused:
    return Refused(message, mend=mend, place=Place("query", line))


def _check_characters(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise refused(f"this SQL has {len(text):,} characters; {MOST_CHARACTERS:,} is the most", "Split it into steps.")
    if not _PLAIN.fullmatch(text) and (strange := _STRANGE.search(text)):
        name = f"U+{ord(strange[0][0]):04X}"
        line = text.count("\n", 0, strange.start()) + 1
        raise refused(
            f"the invisible or control character {name} stands in this SQL",
            f"Remove it, or say chr({ord(strange[0][0])}).",
            line,
        )


def _single(tokens: list[Token]) -> list[Token]:
    """The tokens of the one statement, without the semicolons at its end."""
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise refused("there is no SQL here", "Write a SELECT.")
    first = tokens[0]
    word = next(iter(first.text.split()), "this").upper()
    if first.token_type not in _BEGINNINGS and word != "TABLE":
        raise refused(f"{word} is no query: SQL here only reads", "Write a SELECT.", first.line)
    return tokens


def _check_depth(tokens: list[Token]) -> None:
    if len(tokens) > MOST_TOKENS:
        raise refused(
            f"this SQL has {len(tokens):,} words and signs; {MOST_TOKENS:,} is the most", "Split it into steps."
        )
    depth = run = joins = 0
    last = -2
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind not in _NESTING:
            continue
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        elif kind in _PREFIXES:
            run = run + 1 if at == last + 1 else 1
            last = at
        elif kind == TokenType.SEMICOLON:
            raise refused("there is more than one statement here", "Write one SELECT.", token.line)
        elif kind == TokenType.BEGIN:
            if at + 1 < len(tokens) and tokens[at + 1].token_type in DuckDB.Tokenizer.COMMANDS:
                raise refused(
                    f"'{tokens[at + 1].text}' has no place here",
                    "Put a name that is a keyword in double quotes.",
                    token.line,
                )
        else:
            joins += 1
        if depth > DEEPEST or run > DEEPEST or joins > MOST_JOINS:
            raise _too_deep(token.line)


def _too_deep(line: int) -> Refused:
    return refused("this SQL is nested too deeply", "Split it into steps, or name parts of it in a WITH.", line)


def _parsed(text: str, tokens: list[Token]) -> exp.Expr:
    parser: Parser = _DIALECT.parser()
    try:
        trees = parser.parse(tokens, text)
    except ParseError as error:
        raise refused(f"this cannot be read as SQL: {_plain(error)}", "", _line(error)) from error
    except RecursionError as error:
        raise _too_deep(1) from error
    except _STUMBLES as error:
        raise refused("this cannot be read as SQL", "Write it as a plain SELECT.") from error
    if len(trees) != 1 or trees[0] is None:
        raise refused("there is more than one statement here", "Write one SELECT.")
    return trees[0]


def _line(error: ParseError) -> int:
    return next((int(found["line"]) for found in error.errors if found.get("line")), 1)


def _plain(error: ParseError | TokenError) -> str:
    if isinstance(error, ParseError) and error.errors:
        found = error.errors[0]
        what = re.sub(
            r"<class '[\w.]*\.(\w+)'>|<Token .*", lambda match: match[1] or "something else", str(found["description"])
        )
        return f"{what.rstrip('.')} at '{found['highlight']}'" if found.get("highlight") else what
    return "a quote or a comment is not closed"


def identifiers(node: exp.Expr) -> Iterator[exp.Identifier]:
    """The parts of a table's or a column's name that were written, in the order of writing."""
    for key in ("catalog", "db", "table", "this"):
        part = node.args.get(key)
        if isinstance(part, exp.Identifier):
            yield part
