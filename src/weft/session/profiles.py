"""`weft profile`: tables of a mesh and files together, and the history of one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse, Refused
from weft.profile.drifting import drifts
from weft.profile.values import Moved, TableProfile
from weft.session.profiling import USUAL, Looked, is_file, lines_of, of_files, of_tables, profile_history
from weft.session.session import Session, open_session
from weft.settings import Settings

if TYPE_CHECKING:
    from weft.access import Reader


def profiles(session: Session, names: Sequence[str], looked: Looked = USUAL) -> tuple[TableProfile, ...]:
    """Profiles of tables, products, domains and files, made where none is kept, and kept then. As whoever asks sees them.

    Raises: Unknown, Refused (it is not for them; a file, that only the workspace's owner looks at), SourceFault, EngineFault.
    """
    _refuse_remote(session)
    files = [name for name in names if is_file(name)]
    if files and not session.reader.is_owner:
        raise Refused("only the owner of the workspace looks at files", mend="Leave out --as, or name a table.")
    tables = [name for name in names if name not in files]
    seen = of_tables(session.library, tables, looked) if tables else ()
    return (*seen, *(of_files(files, session.settings.engine, looked) if files else ()))


def _refuse_remote(session: Session) -> None:
    if session.settings.is_remote:
        raise Refused("profiles are made where the registry is", mend="Look at the table in the server's portal.")


def histories(session: Session, names: Sequence[str]) -> tuple[tuple[TableProfile, ...], tuple[Moved, ...]]:
    """The kept profiles of one table, and how each moved from the one before. Raises: Misuse, Unknown, Refused."""
    _refuse_remote(session)
    lines = [line for name in names for line in lines_of(session.library, name)]
    if len(lines) != 1:
        raise Misuse("a history is of one table", mend=f"Name one of {', '.join(lines[:5])}.")
    found = profile_history(session.library, lines[0])
    return found, drifts(found)


def wherever(names: Sequence[str], mesh: Path | None, environment: str, reader: Reader) -> Session:
    """The mesh; where there is none, and only files are named, one of nothing. Raises: Misuse, Faults."""
    try:
        return open_session(mesh, environment, reader)
    except Misuse:
        if mesh is not None or not names or not all(map(is_file, names)):
            raise
    here = Path.cwd()
    return Session(Settings("", here, here / "domains", "", here / ".weft" / "store"), environment, reader)
