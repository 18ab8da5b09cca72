"""Which environment a command means, and what is done with those beside `prod`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse
from weft.names import PROD, ProductName
from weft.product.environment import Environment
from weft.session.reaching import settings_of
from weft.session.session import Session
from weft.session.using import environment_name, until
from weft.workspace.checkout import checkout_of

if TYPE_CHECKING:
    from weft.settings import Settings

HOW = "Say which: --env prod, --env NAME, or WEFT_ENV."


@dataclass(frozen=True, slots=True)
class Updated:
    """`again` are the products that the environment and `prod` both changed: they stand as in `prod`, and are to be applied again."""

    environment: str
    revision: int
    again: tuple[ProductName, ...]


def open_building(folder: Path | str | None, given: str = "") -> tuple[Session, str]:
    """The session that plans and applies, and the branch that chose its environment ('' where none did).

    Raises: Misuse where HEAD is at no branch.
    """
    settings = settings_of(folder)
    if given:
        return Session(settings, given), ""
    branch = other_branch(settings)
    return Session(settings, environment_name(branch) if branch else PROD), branch


def other_branch(settings: Settings) -> str:
    """The branch of the checkout that the mesh lies in; '' in no checkout, and at the default branch. Raises: Misuse at no branch."""
    checkout = checkout_of(settings.root)
    if checkout is None:
        return ""
    if not checkout.branch:
        raise Misuse("HEAD of this git checkout is at no branch, so it names no environment", mend=HOW)
    return "" if checkout.branch == (settings.default_branch or checkout.default) else checkout.branch


def listed(session: Session) -> tuple[Environment, ...]:
    return session.registry.environments.all()


def removed(session: Session, name: str) -> None:
    """Raises: Misuse for `prod`, Unknown, Refused while a run is at work in it."""
    if name == PROD:
        raise Misuse("prod is what consumers read, and stays")
    session.registry.environments.remove(name)


def updated(session: Session, name: str) -> Updated:
    """Takes over into an environment what changed in `prod`. Raises: Unknown."""
    again = session.registry.environments.update(name, until(session.settings))
    return Updated(name, session.registry.recorded(name).revision, again)
