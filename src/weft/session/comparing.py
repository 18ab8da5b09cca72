"""`weft diff`: one table's data in two environments, both of which are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.errors import Misuse
from weft.names import PROD
from weft.session.session import Session
from weft.session.using import unknown

if TYPE_CHECKING:
    from weft.query.difference import Difference


def compare(session: Session, name: str, to: str) -> Difference:
    """From the session's environment to another.

    Raises: Misuse where no other is named, Unknown for an environment or a table that is not there, EngineFault.
    """
    from weft.query.difference import difference

    if not to:
        raise Misuse("there is one environment only", mend="Name the one after: --to NAME; `weft env` lists them.")
    if to != PROD and not session.registry.recorded(to).is_made:
        raise unknown(session.registry, to)
    return difference(name, session.library, to)
