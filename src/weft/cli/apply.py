"""`weft apply`: carry the plan out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.options import Because, EnvOfBranch, Force, Full, Json, MeshDir, Resume, Select, verb

if TYPE_CHECKING:
    from weft.session import Choice, Planned, Session

app = verb()


@app.command()
def apply(  # noqa: PLR0913, PLR0917 one parameter for each option
    select: Select = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Apply the plan that was kept there, or refuse.")
    ] = None,
    full: Full = False,
    resume: Resume = None,
    force: Force = False,
    because: Because = "",
    env: EnvOfBranch = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Build what changed, prove it, and publish whole products. It never asks.

    JSON: {"run", "environment", "succeeded", "seconds", "swept": {"files", "bytes"}, "untold": [who could not be told, and why, ...],
    "warnings": [fault, ...], "products": [{"product", "state": published|unchanged|failed|waited, "message", "seconds", "revision",
    "tables": [{"line", "action", "rows", "bytes", "seconds", "reasons", "handover": how a bridge's first rows differ from what the line
    was, or null: {"over", "native", "rows", "key", "added", "removed", "changed", "columns": {column: rows}, "first_added": [key, ...],
    "first_removed", "first_changed", "note": why it was not compared}, "parts": [made, of how many], or null where a table
    is not in parts}, ...], "checks": [check, ...]}, ...],
    "oors": the check results as the Bitol OORS draft has them}
    """
    from weft.cli.failing import Told
    from weft.cli.render.run import show_run, watched
    from weft.cli.render.terminal import say
    from weft.session import Choice
    from weft.session.environments import open_building
    from weft.session.planned import reason

    opened, branch = open_building(mesh, env)
    with opened as session:
        if branch and not json:
            say(f"environment {session.environment}, of the branch {branch}", "dim")
        planned = _planned(
            session, Choice(tuple(select or ()), full, tuple(resume or ()), reason(force, because)), plan
        )
        with watched(planned, quiet=json) as observe:
            report = session.apply(planned, observe, because)
        show_run(report, planned, json=json)
    if not report.succeeded:
        raise Told


def _planned(session: Session, choice: Choice, kept: Path | None) -> Planned:
    from dataclasses import replace

    from weft.session.saved import as_shown, load_plan

    if kept is None:
        return session.plan(choice)
    shown = load_plan(kept)
    resumed = (p.product for p in shown.products if p.product in session.recorded.holds and not p.held)
    choice = replace(choice, resume=(*choice.resume, *resumed))
    return as_shown(shown, session.plan(replace(choice, select=tuple(product.product for product in shown.products))))
