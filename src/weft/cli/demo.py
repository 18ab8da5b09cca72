"""`weft demo`: an example as a mesh, made and built: the flights of New York in 2013, or a company that launches a product."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from weft.cli.completing import examples
from weft.cli.options import Json, verb

if TYPE_CHECKING:
    from weft.examples.pharma import Amount
    from weft.session.demo import Example

app = verb()
Until = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="pharma: only what had arrived by this day; again with a later one, and the rest arrives.",
    ),
]
Public = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="pharma: the real public files; what is made is about the clinicians and plans in them."
    ),
]


@app.command()
def demo(  # noqa: PLR0913, PLR0917 one parameter for each option
    example: Annotated[
        str,
        typer.Argument(
            metavar="[flights|pharma]", help="Which; a folder alone means flights.", autocompletion=examples
        ),
    ] = "flights",
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where; made if it is not there.  [default: EXAMPLE-demo]")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="pharma: how much; 1 is 10,000 clinicians.  [default: 0.2]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="pharma: another one makes other people.  [default: 1]")
    ] = None,
    until: Until = None,
    public: Public = None,
    json: Json = False,
) -> None:
    """Make an example mesh in a folder, build it, and say where to go next.

    JSON: what `weft apply --json` says, with "folder"
    """
    from weft.cli.failing import Told
    from weft.cli.render.demo import show_made, show_next
    from weft.cli.render.json_out import write_json
    from weft.cli.render.run import run_object, show_run, watched
    from weft.session import open_session
    from weft.session.demo import make_demo

    which, where = _which(example, folder)
    root = make_demo(where, which, _amount(which, scale, seed, until, public))
    if not json:
        show_made(root, which, public)
    with open_session(root) as session:
        planned = session.plan()
        with watched(planned, quiet=json) as observe:
            report = session.apply(planned, observe)
        if json:
            write_json({"folder": str(root), **run_object(report, planned)})
        else:
            show_run(report, planned, json=False)
            show_next(where, session, which)
    if not report.succeeded:
        raise Told


def _which(example: str, folder: Path | None) -> tuple[Example, Path]:
    """`weft demo DIR` are the flights in that folder."""
    from weft.errors import Misuse, did_you_mean
    from weft.session.demo import Example

    for known in get_args(Example):
        if known == example:
            return known, folder or Path(f"{known}-demo")
    if folder is not None:
        raise Misuse(f"there is no example '{example}'", mend=did_you_mean(example, get_args(Example)))
    return "flights", Path(example)


def _amount(
    example: Example, scale: float | None, seed: int | None, until: datetime | None, public: Path | None
) -> Amount | None:
    from weft.errors import Misuse

    if example == "flights":
        if (scale, seed, until, public) != (None, None, None, None):
            raise Misuse(
                "--scale, --seed, --until and --public are for data that is made; the flights are as they flew",
                mend="Say `weft demo pharma`.",
            )
        return None
    from weft.examples.pharma import Amount
    from weft.session.demo import DEMO_SCALE

    return Amount(
        scale=DEMO_SCALE if scale is None else scale,
        seed=1 if seed is None else seed,
        until=until.date() if until else None,
        public=public.absolute() if public else None,
    )
