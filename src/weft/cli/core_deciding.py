"""`weft core decide`: one pair decided, or a decision withdrawn, by a line in the product's decisions file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from weft.cli.completing import products
from weft.cli.options import Env, Json, MeshDir, verb
from weft.errors import Misuse, Unknown
from weft.names import PROD

if TYPE_CHECKING:
    from weft.product.core_data import Decision, RecordId
    from weft.session import Session
    from weft.session.stewarding import Deciding

app = verb()
Record = Annotated[str, typer.Argument(metavar="SOURCE:ID", help="A record, as the crosswalk has it.")]


@app.command(short_help="decide that two records are the same, or are not")
def decide(  # noqa: PLR0913, PLR0917 one parameter for each option
    product: Annotated[
        str, typer.Argument(metavar="PRODUCT", help="The product with the core.yaml.", autocompletion=products)
    ],
    said: Annotated[
        list[str],
        typer.Argument(
            metavar="same|different SOURCE:ID SOURCE:ID",
            help="The decision and the two records; to withdraw one, the records.",
        ),
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; it is kept beside the decision.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Though the pair was decided otherwise.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take away what was decided of the pair.")] = False,
    env: Env = PROD,
    json: Json = False,
    mesh: MeshDir = None,
) -> None:
    """Decide that two records are the same one, or are not. It wins over every rule and weight from the next `weft apply` on. The line is
    written into the product's decisions file with who decided and when; comments and order stay, and a pair has one decision.

    JSON: {"product", "file", "decision": "same", "different" or "" where it was withdrawn, "left": {"source", "id"}, "right": {...}, "by",
    "on", "why", "decided": how many decisions are not applied yet}
    """
    from weft.cli.render.core_decided import show_decided
    from weft.session import open_session
    from weft.session.stewarding import deciding, not_applied

    with open_session(mesh, env) as session:
        at = deciding(session, product)
        act = _withdrawn if withdraw else _decided
        at, decision = act(session, at, (said, why.strip()), replaces=replace)
        show_decided(at, decision, not_applied(session, at), is_withdrawn=withdraw, json=json)


def _decided(
    session: Session, at: Deciding, what: tuple[list[str], str], *, replaces: bool
) -> tuple[Deciding, Decision]:
    from weft.session.stewarding import VERDICTS, decide, decision_of

    said, why = what
    if not said or said[0] not in VERDICTS:
        raise Unknown("decision", said[0] if said else "", VERDICTS)
    decision = decision_of(said[0], *_records(at, said[1:]), why)
    return decide(session, at, decision, replaces=replaces or _agrees(at, decision)), decision


def _withdrawn(
    session: Session, at: Deciding, what: tuple[list[str], str], *, replaces: bool
) -> tuple[Deciding, Decision]:
    from weft.session.stewarding import VERDICTS, decision_of, withdraw

    said, why = what
    if replaces or why:
        raise Misuse("a decision is withdrawn without more words", mend="Leave out --replace and --why.")
    left, right = _records(at, said[1:] if said and said[0] in VERDICTS else said)
    return withdraw(session, at, left, right), decision_of("same", left, right)


def _records(at: Deciding, said: list[str]) -> tuple[RecordId, RecordId]:
    from weft.session.stewarding import record_id

    if len(said) != 2:
        raise Misuse(
            f"a decision is of two records, and {len(said)} {'is' if len(said) == 1 else 'are'} named",
            mend="Name both as SOURCE:ID.",
        )
    return record_id(at.core, said[0]), record_id(at.core, said[1])


def _agrees(at: Deciding, decision: Decision) -> bool:
    """Somebody at a terminal is asked where the pair was decided otherwise."""
    import sys

    from weft.session.stewarding import said_before

    before = at.standing(decision.left, decision.right)
    if before is None or before.verdict == decision.verdict or sys.stdin is None or not sys.stdin.isatty():
        return False
    return typer.confirm(f"{said_before(at, before)}. Shall they be {decision.verdict} from now on?", err=True)
