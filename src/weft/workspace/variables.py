"""`${NAME}` and `${NAME:-default}` in what a contract says of its servers, replaced from the environment.

Values keep the text as written, so that no secret is recorded; it is replaced where a source is opened.
Source: ODCS 3.2, infrastructure and servers, variables.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from weft.errors import Misuse

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def replaced(text: str, environment: Mapping[str, str] | None = None) -> str:
    """The text with its variables. One that is unset or empty takes its default. Raises: Misuse where it has none."""
    known = os.environ if environment is None else environment

    def value(match: re.Match[str]) -> str:
        found = known.get(match[1]) or match[2]
        if found is None:
            raise Misuse(
                f"the environment variable {match[1]} is not set", mend=f"Set it, or write ${{{match[1]}:-default}}."
            )
        return found

    return _VARIABLE.sub(value, text) if "${" in text else text
