"""`${NAME}` and `${NAME:-default}` in a document's texts, replaced from the environment. Source: ODCS 3.2, variables."""

from __future__ import annotations

import os
import re

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def filled(text: str) -> str:
    """A text with its variables replaced. Raises: KeyError, with the name, where one has neither a value nor a default."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1]) or match[2]
        if found is None:
            raise KeyError(match[1])
        return found

    return VARIABLE.sub(value, text)


def unset(text: str) -> tuple[str, ...]:
    """The variables of a text that have neither a value nor a default."""
    return tuple(name[1] for name in VARIABLE.finditer(text) if name[2] is None and not os.environ.get(name[1]))


def is_misspelled(text: str) -> bool:
    """Whether a `${` begins no variable, and would stay in the text."""
    return "${" in VARIABLE.sub("", text)
