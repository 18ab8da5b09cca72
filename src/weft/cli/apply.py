"""`weft apply`: carry the plan out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.options import Env, Full, Json, MeshDir, Select, verb
from weft.names import PROD

if TYPE_CHECKING:
    from weft.session import Planned, Session

app = verb()


@app.command()
def apply(
    select: Select = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Apply the plan that was kept there, or refuse.")
    ] = None,
    full: Full = False,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Build what changed, prove it, and publish whole products. It never asks.

    JSON: {"run", "environment", "succeeded", "seconds", "swept": {"files", "bytes"}, "warnings": [fault, ...],
    "products": [{"product", "state": published|unchanged|failed|waited, "message", "seconds", "revision",
    "tables": [{"line", "action", "rows", "bytes", "seconds", "reasons"}, ...], "checks": [check, ...]}, ...],
    "oors": the check results as the Bitol OORS draft has them}
    """
    from weft.cli.failing import Told
    from weft.cli.render.run import show_run, watched
    from weft.session import open_session

    with open_session(mesh, env) as session:
        planned = _planned(session, tuple(select or ()), plan, full)
        with watched(planned, quiet=json) as observe:
            report = session.apply(planned, observe)
        show_run(report, planned, json=json)
    if not report.succeeded:
        raise Told


def _planned(session: Session, select: tuple[str, ...], kept: Path | None, full: bool) -> Planned:
    from weft.session import Choice
    from weft.session.saved import as_shown, load_plan

    if kept is None:
        return session.plan(Choice(select, full))
    shown = load_plan(kept)
    return as_shown(shown, session.plan(Choice(tuple(product.product for product in shown.products))))
