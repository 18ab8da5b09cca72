"""`weft diff`: one table's data in two environments, both of which are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weft.errors import Misuse
from weft.identity.caller import caller
from weft.names import PROD
from weft.session.session import Session
from weft.session.using import unknown

if TYPE_CHECKING:
    from weft.query.difference import Difference
    from weft.query.library import Library


def compare(session: Session, name: str, to: str) -> Difference:
    """From the session's environment to another.

    Raises: Misuse where no other is named, Unknown for an environment or a table that is not there, EngineFault.
    """
    from weft.query.difference import difference

    if not to:
        raise Misuse("there is one environment only", mend="Name the one after: --to NAME; `weft env` lists them.")
    if to != PROD and not session.registry.recorded(to).is_made:
        raise unknown(session.registry, to)
    library = session.library
    found = difference(name, library, to)
    _note(library, found)
    return found


def _note(library: Library, found: Difference) -> None:
    """What differs is shown row by row: that is a read, of both sides whole."""
    from weft.names import SnapshotId
    from weft.product.audit import AuditedRead
    from weft.session.auditing import note_whole

    sides = [side for side in (found.before, found.after) if side.snapshot]
    stood = library.registry.snapshots([SnapshotId(str(side.snapshot)) for side in sides])
    columns = {one.line: tuple(column for column, _ in one.columns) for one in stood.values()}
    if not columns:
        return
    told = f"the rows of {found.before.line} in {found.before.environment} and in {found.after.environment}"
    who, whom = caller(), library.reader.name
    behalf = "" if whom == who else whom
    rows = len(found.first_added) + len(found.first_removed) + len(found.first_changed)
    note_whole(library, AuditedRead(who, "diff", dict(columns.items()), told, library.environment, behalf), rows)
