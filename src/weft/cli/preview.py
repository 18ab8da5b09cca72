"""`weft preview`: those who are invited to a preview, what it does to them, and what they say of it."""

from __future__ import annotations

from typing import Annotated

import typer

from weft.cli.completing import previews, products
from weft.cli.options import Env, Json, MeshDir, verb
from weft.errors import Misuse
from weft.names import PROD

app = verb()


@app.command()
def preview(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="domain.product.port@1.3.0-beta.1; all previews are listed where none is named.",
            autocompletion=previews,
        ),
    ] = "",
    verdict: Annotated[
        str, typer.Option("--verdict", metavar="good|bad", help="Say whether it is good for one of the invited.")
    ] = "",
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why; a bad verdict says it.")] = "",
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Whose verdict it is: a product or a person; else yours.",
            autocompletion=products,
        ),
    ] = "",
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Run each invited consumer's own transforms over a preview, prove what comes out, hold what they expect against it, and say
    how their tables would differ; nothing is published. With --verdict, keep what one of them says of it.

    JSON: {"name", "product", "port", "version", "environment", "until", "lines", "consumers": [{"who", "kind": product|person,
    "reads": [line, ...], "binds", "faults", "runs", "failure", "checks", "expectations", "differences": [as of weft diff, ...],
    "verdict": {"word", "comment", "at", "given_by"} or null, "breaks", "seconds"}, ...], "seconds"}; without a name
    {"previews": [{"name", "until", "consumers": [{"who", "verdict"}, ...]}, ...]}; --verdict: {"product", "port", "version", "who",
    "word", "comment", "at", "given_by", "untold": [who could not be told, and why, ...]}
    """
    from weft.cli.failing import Told
    from weft.cli.render import preview as render
    from weft.session import open_session
    from weft.session.judging import judge
    from weft.session.previewing import listed
    from weft.session.previewing import preview as tried

    _refuse_misuse(name, verdict, comment or as_)
    with open_session(mesh, env) as session:
        if not name:
            render.show_list(listed(session), json=json)
        elif verdict:
            render.show_verdict(judge(session, name, (verdict, comment), as_), json=json)  # type: ignore[arg-type]
        elif not render.show_preview(tried(session, name), json=json):
            raise Told


def _refuse_misuse(name: str, verdict: str, more: str) -> None:
    if more and not verdict:
        raise Misuse("--comment and --as belong to a verdict", mend="Add --verdict good, or bad.")
    if verdict and not name:
        raise Misuse("a verdict is of one preview", mend="Name it: `weft preview` lists them.")
