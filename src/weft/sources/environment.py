"""`${NAME}` and `${NAME:-default}` in a contract's texts, replaced from the environment when a source is looked at."""

from __future__ import annotations

import os
import re

from weft.errors import Place, SourceFault

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def resolved(text: str, place: Place) -> str:
    """A text with its variables replaced. Raises: SourceFault where one is not set. Source: ODCS 3.2, variables."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1]) or match[2]
        if found is None:
            raise SourceFault(
                f"the environment has no variable {match[1]}",
                mend=f"Set {match[1]}, or give a default: ${{{match[1]}:-...}}.",
                place=place,
            )
        return found

    return VARIABLE.sub(value, text)


def unset(text: str) -> tuple[str, ...]:
    """The variables of a text that have neither a value nor a default."""
    return tuple(name[1] for name in VARIABLE.finditer(text) if name[2] is None and not os.environ.get(name[1]))


def is_misspelled(text: str) -> bool:
    """Whether a `${` begins no variable, and would stay in the text."""
    return "${" in VARIABLE.sub("", text)
