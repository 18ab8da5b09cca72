"""`weft core review`: the pairs that wait for a steward, listed; at a terminal decided one by one."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.completing import products
from weft.cli.options import As, Env, Json, MeshDir, verb
from weft.names import PROD

if TYPE_CHECKING:
    from weft.query.stewarding.values import Sought
    from weft.session import Session

app = verb()
AT_ONCE = 200
"""So many pairs are read for a sitting."""
Product = Annotated[
    str,
    typer.Argument(
        metavar="[PRODUCT]",
        help="The product with the core.yaml; where there is but one, that.",
        autocompletion=products,
    ),
]


@app.command(short_help="list the pairs that wait for a person, and decide them one by one")
def review(  # noqa: PLR0913, PLR0917 one parameter for each option
    product: Product = "",
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="Pairs with a record of this source alone.")
    ] = "",
    least: Annotated[float, typer.Option("--from", min=0, max=1, help="The least probability.")] = 0.0,
    greatest: Annotated[float, typer.Option("--to", min=0, max=1, help="The greatest probability.")] = 1.0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many pairs; 0 is all.")] = 20,
    only_list: Annotated[bool, typer.Option("--list", help="List them, and ask nothing at a terminal.")] = False,
    env: Env = PROD,
    as_: As = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """List the pairs of records that wait for a person, the surest first. At a terminal each is shown with both records side by side and
    what speaks for and against their being one; say same or different, and the line is written into the product's decisions file at once.
    Decisions count from the next `weft apply`.

    JSON: {"product", "entity", "thresholds": {"same", "review"}, "published_at", "waiting": how many are as was asked for, "decided": how
    many decisions are not applied yet, "masked": [columns that are not for whoever asks, ...], "pairs": [{"left": {"source", "id", "core_id"},
    "right": {...}, "probability", "weight": in bits, "reason", "evidence": [{"comparison", "level", "weight", "left", "right"}, ...]}, ...]}
    """
    from weft.access import Reader
    from weft.query.stewarding.values import Sought
    from weft.session import open_session

    with open_session(mesh, env, Reader(as_)) as session:
        asks = not (json or only_list) and _is_there()
        sought = Sought(source, least, greatest, max(limit, AT_ONCE) if asks and limit else limit)
        _reviewed(session, product, sought, asks=asks, json=json)


def _is_there() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _reviewed(session: Session, product: str, sought: Sought, *, asks: bool, json: bool) -> None:
    from weft.cli.render.core_pairs import show_queue
    from weft.session.questions import asked
    from weft.session.stewarding import deciding_here, not_applied

    at = deciding_here(session, product)
    found = asked(session, "core.review", product, replace(sought, decided=at.pairs if at else ()))
    waits = not_applied(session, at) if at else 0
    if not (asks and at and found.pairs):
        show_queue(found, waits, json=json)
        return
    from weft.cli.stewarding import Steward

    Steward(session, at, found).run()
