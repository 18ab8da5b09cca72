"""`weft plan`: what applying would do, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.options import EnvOfBranch, Full, Json, MeshDir, Resume, Select, verb
from weft.names import PROD

app = verb()


@app.command()
def plan(  # noqa: PLR0913, PLR0917 one parameter for each option
    select: Select = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Keep it, for `weft apply --plan FILE`.")
    ] = None,
    full: Full = False,
    resume: Resume = None,
    env: EnvOfBranch = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Show what applying would do, and why. Nothing is written.

    JSON: {"environment", "as_of", "revision", "is_empty", "warnings": [fault, ...], "products": [{"product", "reasons",
    "reads", "steps": [{"line", "action": build|reuse|check|nothing|remove, "reasons", "fingerprint", "parts", "checks",
    "snapshot", "expects"}, ...], "held": why it is not touched, or ""}, ...], "is_made": whether the environment is there,
    "resting_on_withdrawn": {line: the line whose data a rollback withdrew}, "impact": [{"line", "kind": of the change, or "line gone",
    "column", "path": in the contract, "summary", "consumers": [{"consumer", "of": product|person, "verdict": broken|affected|untouched, "because",
    "columns": its own that are lost or changed, "path": columns from the changed one to its own, "query": {"file", "line"},
    "distance": 1 where it reads the line itself, "waits": whether it breaks only through another}, ...]}, ...],
    "going_stable": [{"product", "port", "version", "preview", "asks": how many good verdicts, "verdicts": [{"who", "word", "comment", "at",
    "given_by"}, ...], "reason", "refusal": what is asked for still, or "", "mend"}, ...]}
    """
    from weft.cli.render.plan import show_plan
    from weft.cli.render.terminal import say
    from weft.session import Choice
    from weft.session.environments import open_building

    opened, branch = open_building(mesh, env)
    with opened as session:
        if branch and not json:
            say(f"environment {session.environment}, of the branch {branch}", "dim")
        planned = session.plan(Choice(tuple(select or ()), full, tuple(resume or ())))
        if output:
            from weft.session.saved import save_plan

            save_plan(planned.plan, output)
        show_plan(planned, _again(session.environment, (select, full, resume), (output, mesh)), json=json)


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
