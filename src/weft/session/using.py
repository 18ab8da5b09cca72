"""Using an environment: what it may be called, whether it is there, and that a use puts off its end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from weft.errors import Misuse, Unknown
from weft.identity.caller import caller
from weft.names import IDENTIFIER, PROD

if TYPE_CHECKING:
    from weft.registry.seam import Registry
    from weft.settings import Settings


def environment_name(branch: str) -> str:
    """A branch's name as an identifier: `feature/New-Fleet` is `feature_new_fleet`."""
    name = re.sub(r"[^a-z0-9]+", "_", branch.lower()).strip("_")
    return name if IDENTIFIER.fullmatch(name) and name != PROD else f"b_{name}".rstrip("_")


def refuse_no_name(name: str) -> None:
    """Raises: Misuse where nothing can be made under this name."""
    if not IDENTIFIER.fullmatch(name):
        mend = f"Lower-case letters, digits and '_', beginning with a letter: --env {environment_name(name)}."
        raise Misuse(f"'{name}' is no name of an environment", mend=mend)


def unknown(registry: Registry, name: str) -> Unknown:
    """That an environment is not there, with the closest."""
    error = Unknown("environment", name, [PROD, *(environment.name for environment in registry.environments.all())])
    error.mend = f"{error.mend} `weft apply --env {environment_name(name)}` makes it.".strip()
    return error


def use(registry: Registry, name: str, settings: Settings) -> bool:
    """Makes the environment where it is not there, else puts off its end. Whether it was made."""
    return name != PROD and registry.environments.use(name, caller(), until(settings))


def until(settings: Settings) -> datetime:
    """When an environment that is used now expires."""
    return datetime.now(UTC) + timedelta(days=settings.expire_days)
