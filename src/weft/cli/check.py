"""`weft check`: everything that is wrong as written, all at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.options import Json, MeshDir, Select, verb

if TYPE_CHECKING:
    from weft.errors import Fault
    from weft.session import Session

app = verb()


@app.command()
def check(
    select: Select = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Check again whenever a file is saved.")] = False,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Find everything that is wrong as written: documents, names, ports, SQL, types; and what policies say of it. No data is read.

    JSON: {"faults": [{"severity", "file", "line", "message", "mend"}, ...], "products": number, "seconds": number, "notices": [event,
    ...]: what happened lately to what is read from other checkouts}
    """
    from weft.cli.failing import Told
    from weft.cli.render.faults import Checked, show_check
    from weft.session import open_session
    from weft.session.notices import notices

    with open_session(mesh) as session:
        if watch:
            _watch(session, select or ())
        began = time.perf_counter()
        faults = _faults(session, select or ())
        count = sum(1 for _ in session.mesh.present)
        show_check(faults, Checked(count, time.perf_counter() - began, notices(session)), json=json)
    if any(fault.severity == "error" for fault in faults):
        raise Told


def _faults(session: Session, select: Sequence[str]) -> tuple[Fault, ...]:
    from weft.plan.selection import selected

    return session.check(selected(session.mesh, select) if select else None)


def _watch(session: Session, select: Sequence[str]) -> None:
    """Until Ctrl-C."""
    from weft.cli.render.faults import show_watched
    from weft.cli.watching import each_change

    for _ in each_change(session.settings):
        began = time.perf_counter()
        session.refresh()
        show_watched(_faults(session, select), time.perf_counter() - began)
