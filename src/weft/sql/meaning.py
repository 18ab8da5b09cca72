"""What a text says, whatever it looks like: what it reads, a digest of its meaning, and whether it asks for the time."""

from __future__ import annotations

from hashlib import blake2b

from sqlglot.tokenizer_core import TokenType

from weft.errors import Place, Refused
from weft.product.product import Reading
from weft.sql.names_read import names_of
from weft.sql.pinning import asks_for_time
from weft.sql.statement import Statement, statement

_BRACKETS = frozenset([TokenType.L_PAREN, TokenType.R_PAREN])
_LITERALS = {
    TokenType.STRING: "'",
    TokenType.IDENTIFIER: '"',
    TokenType.HEREDOC_STRING: "$",
    TokenType.BYTE_STRING: "e",
    TokenType.NUMBER: "0",
}
_KEYS = frozenset([TokenType.COLON, TokenType.COLON_EQ, TokenType.FARROW])


def reading(text: str) -> Reading:
    """The names that a query reads, its meaning, and whether it asks for the run's time. Raises: Refused.

    Comments, layout, the case of keywords and brackets that change nothing do not count to the meaning; all else does.
    """
    read = statement(text)
    return Reading(names_of(read), _meaning(read), asks_for_time(read))


def guard(text: str, *, where: str = "query") -> None:
    """Lets a text pass that is one statement, only reads, and names nothing but tables and functions of the list.

    Raises: Refused, whose place is `where` and the line within the text.
    """
    try:
        statement(text)
    except Refused as error:
        error.place = Place(where, error.place.line if error.place else 1)
        raise


def _meaning(read: Statement) -> str:
    """Of the tokens without brackets, and of the tree's shape, in which brackets that change nothing are not."""
    words: list[str] = []
    named = read.found.named
    tokens = read.tokens
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind in _BRACKETS:
            continue
        if mark := _LITERALS.get(kind):
            words.append(mark + token.text)
        elif token.start in named or (kind == TokenType.VAR and not _is_called(read, at)) or _is_key(read, at):
            words.append(token.text)
        else:
            words.append(token.text.upper())
    hashed = blake2b("\0".join(words).encode(), digest_size=16)
    hashed.update(b"\0\0" + "\0".join(read.found.shape).encode())
    return hashed.hexdigest()


def _is_called(read: Statement, at: int) -> bool:
    return at + 1 < len(read.tokens) and read.tokens[at + 1].token_type == TokenType.L_PAREN


def _is_key(read: Statement, at: int) -> bool:
    """Whether a word is the name of a struct's field or of an argument, whose case a result may show."""
    return at + 1 < len(read.tokens) and read.tokens[at + 1].token_type in _KEYS
