"""`weft plan`: what applying would do, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.options import EnvOfBranch, Full, Json, MeshDir, Resume, Select, verb
from weft.names import PROD

if TYPE_CHECKING:
    from weft.plan.evolution import Edit
    from weft.session import Choice, Planned, Session

app = verb()


@app.command()
def plan(  # noqa: PLR0913, PLR0917 one parameter for each option
    select: Select = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Keep it, for `weft apply --plan FILE`.")
    ] = None,
    full: Full = False,
    resume: Resume = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Write the versions that changes deserve, where they only say more; then plan."),
    ] = False,
    env: EnvOfBranch = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Show what applying would do, and why, and what it changes for consumers. Nothing is written, but by --fix.

    JSON: {"environment", "as_of", "revision", "is_empty", "warnings": [fault, ...], "products": [{"product", "reasons",
    "reads", "steps": [{"line", "action": build|reuse|check|nothing|remove, "reasons", "fingerprint", "parts", "checks",
    "snapshot", "expects"}, ...], "held": why it is not touched, or ""}, ...], "is_made": whether the environment is there,
    "resting_on_withdrawn": {line: the line whose data a rollback withdrew}, "impact": [{"line", "kind": of the change, or "line gone",
    "column", "path": in the contract, "summary", "consumers": [{"consumer", "of": product|person, "verdict": broken|affected|untouched, "because",
    "columns": its own that are lost or changed, "path": columns from the changed one to its own, "query": {"file", "line"},
    "distance": 1 where it reads the line itself, "waits": whether it breaks only through another,
    "loses_promise": whether what it reads is promised no longer, and its query goes on, "may_lose_sight": whether it breaks only
    if it may not see what it reads any more, which nobody knows, "misses": [what it expects and nobody
    promises now, ...]}, ...]}, ...],
    "going_stable": [{"product", "port", "version", "preview", "asks": how many good verdicts, "verdicts": [{"who", "word", "comment", "at",
    "given_by"}, ...], "reason", "refusal": what is asked for still, or "", "mend"}, ...],
    "changes": [{"product", "port", "contract", "line", "tables", "before", "after": the version claimed, "least": the version
    deserved, "refusal": why it is refused, or "", "mend", "edits": [edit, ...], "changes": [{"kind", "impact":
    breaking|conditional|minor|patch, "table", "column", "path", "reason", "before", "after", "affects", "acknowledge", "bridge"}, ...]},
    ...], "new_lines" and "gone_lines": [{"product", "port", "contract", "line", "tables", "version", "refusal", "mend"}, ...],
    "difference": [a message of the Bitol OMDS draft for each of "changes"], "fixed": [{"file", "line", "path", "old", "new"}, ...],
    "notices": [event, ...]: what happened lately to what is read from other checkouts}
    """
    from weft.cli.failing import Told
    from weft.cli.render.plan import Beside, show_plan
    from weft.cli.render.terminal import say
    from weft.session import Choice
    from weft.session.environments import open_building
    from weft.session.notices import notices

    opened, branch = open_building(mesh, env)
    with opened as session:
        if branch and not json:
            say(f"environment {session.environment}, of the branch {branch}", "dim")
        choice = Choice(tuple(select or ()), full, tuple(resume or ()))
        planned, edits = (_fixed if fix else _planned)(session, choice)
        if output:
            from weft.session.saved import save_plan

            save_plan(planned, output)
        again = _again(session.environment, (select, full, resume), (output, mesh))
        show_plan(planned, Beside(again, edits, notices(session, planned.desired.selected)), json=json)
    if any(planned.evolution.refused):
        raise Told


def _planned(session: Session, choice: Choice) -> tuple[Planned, tuple[Edit, ...]]:
    return session.plan(choice), ()


def _fixed(session: Session, choice: Choice) -> tuple[Planned, tuple[Edit, ...]]:
    from weft.session.fixing import fixed_plan

    return fixed_plan(session, choice)


def _again(
    environment: str, choice: tuple[list[str] | None, bool, list[str] | None], files: tuple[Path | None, Path | None]
) -> str:
    """The command that applies what was shown; a plan that was kept says by itself what it is for."""
    from shlex import join

    (select, full, resume), (kept, mesh) = choice, files
    chosen = [("--plan", str(kept))] if kept else [("--select", name) for name in select or ()]
    chosen += [("--resume", name) for name in resume or () if not kept]
    chosen += [("--env", environment)] if environment != PROD else []
    chosen += [("--mesh", str(mesh))] if mesh else []
    words = [word for option in chosen for word in option]
    return join(["weft", "apply", *(["--full"] if full and not kept else []), *words])
