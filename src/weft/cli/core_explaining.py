"""`weft core explain`: why two records are one, or are not; of one core id why all its records are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.completing import products
from weft.cli.options import As, Env, Json, MeshDir, verb
from weft.names import PROD

if TYPE_CHECKING:
    from weft.session import Session

app = verb()


@app.command(short_help="say why two records are one, or are not")
def explain(  # noqa: PLR0913, PLR0917 one parameter for each option
    product: Annotated[
        str, typer.Argument(metavar="PRODUCT", help="The product with the core.yaml.", autocompletion=products)
    ],
    left: Annotated[str, typer.Argument(metavar="SOURCE:ID|CORE_ID", help="A record, or a core id.")],
    right: Annotated[
        str, typer.Argument(metavar="[SOURCE:ID]", help="The other record; left out, all of the first one's core id.")
    ] = "",
    env: Env = PROD,
    as_: As = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Say why two records are one or are not: which rule, decision or weights tied them, over which others where they are not tied to each
    other, what the thresholds are, and what became of their ids. Of one core id: its records, what tied each, how well its fields are
    corroborated, and its history. Whoever may not see the values sees levels and weights alone.

    JSON: of two records {"product", "entity", "verdict": in words, "is_one", "left": {"source", "id", "core_id", "probability", "weight",
    "decided_by", "matched_with"}, "right": {...}, "chain": [as left, ...], "thresholds": {"same", "review"}, "decision": {"verdict", "by",
    "on", "why"} or null, "pair": as `weft core review` has it or null, "near": [pair, ...], "history": [{"at", "event", "core_id", "other",
    "why", "records"}, ...], "masked": [column, ...], "weighed": {"said", "probability",
    "weight", "rules": [those that speak of them, ...], "met_in": [what brings them to be compared, ...], "values": [{"field", "left",
    "right"}, ...], "evidence": [{"comparison", "level", "weight", "left", "right"}, ...]} or null, "not_weighed": why}; of a core id {"product", "entity", "core_id", "values": {field: value}, "records":
    [as left, ...], "fields": [{"field", "value", "agreeing", "saying", "variants"}, ...], "history", "waiting": [pair, ...], "masked"}
    """
    from weft.access import Reader
    from weft.session import open_session

    with open_session(mesh, env, Reader(as_)) as session:
        _explained(session, (product, left, right), json=json)


def _explained(session: Session, of: tuple[str, str, str], *, json: bool) -> None:
    from weft.cli.render.core_explained import show_record, show_tied
    from weft.query.stewarding.values import CoreRecord
    from weft.session.stewarding import explained

    found = explained(session, *of)
    if isinstance(found, CoreRecord):
        show_record(found, json=json)
    else:
        show_tied(found, json=json)
