"""The options that verbs share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weft.cli.completing import environments, held, products, selectable, tables

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
MeshDir = Annotated[
    Path | None,
    typer.Option("--mesh", metavar="DIR", help="The mesh's folder; else the nearest mesh.yaml upward."),
]
Env = Annotated[
    str,
    typer.Option(
        "--env", metavar="NAME", envvar="WEFT_ENV", help="The environment; else WEFT_ENV.", autocompletion=environments
    ),
]
EnvOfBranch = Annotated[
    str,
    typer.Option(
        "--env",
        metavar="NAME",
        envvar="WEFT_ENV",
        help="The environment; else WEFT_ENV, else the one of the git branch: prod at the default branch, and outside of git.",
        autocompletion=environments,
    ),
]
As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="NAME",
        help="See what a product (domain.product) or a person may see; else you are the owner of the workspace.",
        autocompletion=products,
    ),
]
Because = Annotated[
    str,
    typer.Option("--because", metavar="TEXT", help="Why what is refused is done nevertheless; it is recorded."),
]
Resume = Annotated[
    list[str] | None,
    typer.Option(
        "--resume",
        metavar="DOMAIN.PRODUCT",
        help="Go on with a product that was rolled back; again for more.",
        autocompletion=held,
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        "-s",
        metavar="NAME",
        help="A product, domain or table, a glob of them, +NAME with all it reads, NAME+ with all that read it; again for more.",
        autocompletion=selectable,
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="Domains, products or tables, or globs of them.", autocompletion=tables),
]
Force = Annotated[
    bool, typer.Option("--force", help="Take lines away though somebody still reads them; say --because.")
]
Full = Annotated[bool, typer.Option("--full", help="Build everything that is selected anew.")]


def verb(**more: bool) -> typer.Typer:
    """One verb's own program: plain help, no completion of its own."""
    settings = {"help_option_names": ["-h", "--help"]}
    return typer.Typer(rich_markup_mode=None, add_completion=False, context_settings=settings, **more)  # type: ignore[arg-type]
