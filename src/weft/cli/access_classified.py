"""`weft access classifications` and `weft access declassify`: what is confidential in this mesh, and what no longer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.access_agreements import ActAs
from weft.cli.completing import tables
from weft.cli.options import Json, MeshDir, verb

if TYPE_CHECKING:
    from weft.product.declassification import Declassification
    from weft.session.session import Session

app = verb()
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why; it is kept, and shown with it.")]


@app.command(short_help="list the classifications that are in force, or publish them")
def classifications(
    publish: Annotated[
        bool, typer.Option("--publish", help="Publish policies/classifications.yaml: it binds over any folder.")
    ] = False,
    because: Because = "",
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """List the classifications and row filters that are in force, from the most open to the strictest; with --publish, governance
    publishes those of this folder, which bind from then on whatever a checkout says.

    JSON: {"classifications": [a row of mesh.classification_rules, ...], "published": version, or 0 where the folder binds}
    """
    from weft.access import Reader
    from weft.cli.render.classified import show_classifications
    from weft.query.seen import relation
    from weft.session import open_session
    from weft.session.declassifying import published, version_in_force

    with open_session(mesh, reader=Reader(as_)) as session:
        if publish:
            published(session.library, because)
        rows = relation(session.library, "classification_rules").to_pylist()
        show_classifications(rows, version_in_force(session.registry), json=json)


@app.command(short_help="ask that a column is less confidential than what it comes from, or decide it")
def declassify(  # noqa: PLR0913, PLR0917 one parameter for each option
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            help="domain.product.table.column; a table for the row filters that it inherits; an id, to decide.",
            autocompletion=tables,
        ),
    ] = "",
    because: Because = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Its last day, in UTC: 2027-03-31.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Governance lifts what was asked for.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Governance does not.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End it at once.")] = False,
    as_: ActAs = "",
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Ask, with a reason and until a day, that a column does not inherit the classification of what it comes from, or a table not its row
    filters: an owner asks, governance approves. Without a name, list what was asked for.

    JSON: {"declassifications": [{"id", "line", "column", "names", "reason", "until", "asked_by", "asked_at", "state", "decided_by",
    "decided_at", "decision", "revision"}, ...]}
    """
    from weft.access import Reader
    from weft.cli.render.classified import show_declassifications
    from weft.session import open_session

    state = _state(approve=approve, refuse=refuse, withdraw=withdraw)
    with open_session(mesh, reader=Reader(as_)) as session:
        found = _done(session, name, (because, until), state) if name else session.registry.declassifications.all()
        show_declassifications(found, json=json)


def _state(*, approve: bool, refuse: bool, withdraw: bool) -> str:
    from weft.errors import Misuse

    said = [word for word, given in (("approved", approve), ("refused", refuse), ("withdrawn", withdraw)) if given]
    if len(said) > 1:
        raise Misuse("only one of --approve, --refuse and --withdraw can be meant")
    return said[0] if said else ""


def _done(session: Session, name: str, why: tuple[str, str], state: str) -> tuple[Declassification, ...]:
    from weft.governance.classifications import Desk
    from weft.session.declassifying import asked, state_of

    desk = Desk(session.registry, session.asker)
    if state:
        return (desk.decide(name, state_of(state), why[0]),)
    return (asked(desk, session.library, name, why),)
