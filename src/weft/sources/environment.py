"""Variables in what a contract says of its servers, replaced when a source is looked at."""

from __future__ import annotations

from weft.errors import Place, SourceFault
from weft.standards.variables import filled


def resolved(text: str, place: Place) -> str:
    """A text with its variables replaced. Raises: SourceFault where one is not set."""
    try:
        return filled(text)
    except KeyError as error:
        name = error.args[0]
        raise SourceFault(
            f"the environment has no variable {name}",
            mend=f"Set {name}, or give a default: ${{{name}:-...}}.",
            place=place,
        ) from None
