"""Values of variables that `mesh.yaml` and manifests name: fetched when they are needed, never kept, never shown."""

from __future__ import annotations

import os

from weft.errors import DeliveryFault
from weft.governance.addresses import VARIABLE


def revealed(text: str) -> str:
    """The value of a variable `${NAME}`; any other text as it is. Raises: DeliveryFault where it is not set."""
    if not VARIABLE.fullmatch(text):
        return text
    name = text[2:-1]
    found = os.environ.get(name, "").strip()
    if not found:
        raise DeliveryFault(f"the variable {name} is not set", mend=f"Set {name} where Weft runs.")
    return found
