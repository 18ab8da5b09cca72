"""`weft ci`: the verdict on a branch, for whoever reviews it and for the machine that merges it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from weft.cli.completing import environments
from weft.cli.failing import Told
from weft.cli.options import Json, MeshDir, verb

app = verb()


@app.command()
def ci(  # noqa: PLR0913, PLR0917 one parameter for each option
    base: Annotated[
        str,
        typer.Option("--base", metavar="REF", help="What the branch is to be merged into: a branch, tag or commit."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the Markdown there, not to the output.")
    ] = None,
    annotations: Annotated[
        Literal["auto", "github", "none"],
        typer.Option("--annotations", help="Say faults as GitHub's annotations; auto: where it runs there."),
    ] = "auto",
    code_quality: Annotated[
        Path | None,
        typer.Option("--code-quality", metavar="FILE", help="Write faults there as GitLab's code quality report."),
    ] = None,
    env: Annotated[
        str,
        typer.Option(
            "--env", metavar="NAME", help="The environment to build in; else the branch's.", autocompletion=environments
        ),
    ] = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Check, plan and build a branch in an environment of its own, prove it, and write the verdict as Markdown: policies, versions, changes, who breaks,
    checks, and how the data differs from prod's. Exit status 0 where it may be merged, 1 where it may not.

    In GitHub Actions the Markdown is added to the job's summary, and faults become annotations of their lines.

    JSON: {"passed", "stopped": why it went no further, or "", "environment", "base", "commit", "touched": [product, ...], "again": products that
    prod changed as well, "faults": [fault, ...], "policies": [fault, ...]: what policies say of what it changes, "plan": as of `weft plan`, or null, "cases": as of `weft test --unit`, "run": as of `weft apply`,
    or null, "data": [{"line", "difference": as of `weft diff`, or null, "note"}, ...], "annotations": [{"level", "file", "line", "title",
    "message"}, ...], "markdown"}
    """
    from weft.cli.render.terminal import say
    from weft.cli.render.verdict import show_verdict
    from weft.session import open_session
    from weft.session.integrating import environment_of, integrate

    name = environment_of(mesh or Path.cwd(), env)
    with open_session(mesh, name) as session:
        if not json:
            say(f"environment {name}, against {base}", "dim")
        verdict = integrate(session, base)
        show_verdict(verdict, (output, code_quality, annotations), session.settings.root, json=json)
    if not verdict.passed:
        raise Told
