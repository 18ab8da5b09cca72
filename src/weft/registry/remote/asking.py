"""One method asked of the registry behind a server, and its answer as the value that it is."""

from __future__ import annotations

from typing import Any

import msgspec

from weft.errors import RegistryFault
from weft.registry.remote.methods import METHODS, Calls, packed, unpacked


def ask(calls: Calls, name: str, *arguments: object) -> Any:
    """Raises: what the method raises; RegistryFault where the answer is not as this Weft understands it."""
    method = METHODS[name]
    answer = calls.call(name, packed(arguments), is_safe=method.is_safe)
    try:
        return unpacked(answer, method.gives)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        mend = "See that this Weft and the server's are of one version."
        raise RegistryFault(f"the server's answer to '{name}' is not understood: {error}", mend=mend) from error
