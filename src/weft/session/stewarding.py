"""What stewards do: ask why, and decide; a decision is a line in a file of the domain, and counts from the next apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from weft.errors import Faults, Misuse, Refused, Unknown
from weft.identity.caller import caller
from weft.names import ProductName
from weft.product.core_data import CoreData, Decision, RecordId
from weft.query.stewarding.values import record_of
from weft.session.session import Session
from weft.workspace.decided_lines import DecidedLine, decided_lines, pair_of, with_decision, without_decision

if TYPE_CHECKING:
    from weft.product.product import Product
    from weft.query.stewarding.values import CoreRecord, Key, Tied

Verdict = Literal["same", "different"]
VERDICTS: tuple[Verdict, ...] = ("same", "different")


@dataclass(frozen=True, slots=True)
class Deciding:
    """The decisions of one product of this workspace: its file relative to the mesh's root, what stands in it, and how it declares its sources."""

    product: ProductName
    core: CoreData
    file: str
    text: str

    @property
    def lines(self) -> tuple[DecidedLine, ...]:
        return decided_lines(self.text, self.file)

    @property
    def pairs(self) -> tuple[Key, ...]:
        """The pairs that the file decides."""
        return tuple(_key(line) for line in self.lines if len(line.pair) > 1)

    def standing(self, left: RecordId, right: RecordId) -> DecidedLine | None:
        """The newest line of a pair."""
        wanted = pair_of(left, right)
        return next((line for line in reversed(self.lines) if line.pair == wanted), None)


def _key(line: DecidedLine) -> Key:
    left, right = sorted(line.pair, key=str)
    return left.source, left.id, right.source, right.id


def deciding(session: Session, name: str) -> Deciding:
    """Where the steward of `domain.product` writes; '' is the only one. Raises: Unknown, Misuse (it is not in this workspace)."""
    session.refuse_onlooker()
    product = _present(session, name)
    assert product.core is not None
    file = f"{product.folder}/{product.core.decisions_file}"
    root = session.settings.root
    if not (root / file).resolve().is_relative_to(root.resolve()):
        raise Misuse(
            f"{file} is not in this workspace", mend="Say `decisions:` of core.yaml relative to the product's folder."
        )
    return _as_it_stands(session, Deciding(product.name, product.core, file, ""))


def _as_it_stands(session: Session, at: Deciding) -> Deciding:
    """With the file's text of now: a sitting takes a while, and somebody may write in it meanwhile."""
    from weft.workspace.text import bytes_of, text_of

    root = session.settings.root
    return replace(at, text=text_of(bytes_of(root, at.file), at.file) if (root / at.file).exists() else "")


def _present(session: Session, name: str) -> Product:
    known = {one.name: one for one in session.mesh.present if one.core is not None}
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if not name:
        raise Misuse("which product of core data is meant?", mend=f"Name one of {', '.join(known) or 'none here'}.")
    if (found := known.get(ProductName(name))) is not None:
        return found
    if name in session.mesh.products:
        mend = "Decide in its domain's checkout, or in the server's portal."
        raise Misuse(f"no core.yaml of {name} is in this workspace", mend=mend)
    raise Unknown("product of core data", name, known)


def deciding_here(session: Session, name: str) -> Deciding | None:
    """The same; None for who looks with somebody else's eyes, and where the product is in no folder of this workspace."""
    if not session.reader.is_owner or not session.settings.name:
        return None
    try:
        return deciding(session, name)
    except (Misuse, Unknown):
        return None


def not_applied(session: Session, at: Deciding) -> int:
    """How many of its decisions were written since the product was last applied here."""
    recorded = session.registry.products([at.product], session.environment).get(at.product)
    known = recorded.core.decisions if recorded and recorded.core else ()
    applied = {(pair_of(one.left, one.right), one.verdict) for one in known}
    return sum((one.pair, one.verdict) not in applied for one in at.lines)


def record_id(core: CoreData, said: str) -> RecordId:
    """`source:id` as a record; an id may hold colons. Raises: Misuse, Unknown."""
    record, sources = record_of(said), [one.name for one in core.sources]
    if record.source not in sources:
        raise Unknown("source", record.source, sources)
    return record


def decide(session: Session, at: Deciding, decision: Decision, *, replaces: bool = False) -> Deciding:
    """Writes one decision, in the place of what was decided of the pair.

    Raises: Misuse (both are one record), Unknown (no such record is known), Refused (the pair was decided otherwise, and `replaces` is
    not said), Faults (it contradicts others, taken together).
    """
    if decision.left == decision.right:
        raise Misuse(f"{decision.left} is one record, and not two", mend="Name two records.")
    _refuse_unknown(session, at, decision)
    at = _as_it_stands(session, at)
    before = at.standing(decision.left, decision.right)
    if before is not None and before.verdict != decision.verdict and not replaces:
        raise Refused(said_before(at, before), mend=f"Say --replace, so that they are {decision.verdict} from now on.")
    text = with_decision(at.text, decision, at.file)
    _refuse_contradiction(at, text)
    return _written(session, at, text)


def _refuse_contradiction(at: Deciding, text: str) -> None:
    """Raises: Faults, where decisions would contradict each other over others: nobody could apply them."""
    from weft.workspace.decisions_file import decisions_of

    sources = [one.name for one in at.core.sources]
    faults = decisions_of(text, at.file, sources)[1]
    if faults and not decisions_of(at.text, at.file, sources)[1]:
        raise Faults(faults)


def said_before(at: Deciding, line: DecidedLine) -> str:
    """What a standing line says, in words."""
    who, on = line.cells.get("by", ""), line.cells.get("on", "")
    why = f": {line.cells['why']}" if line.cells.get("why") else ""
    return f"{who or 'somebody'} decided{f' on {on}' if on else ''} that they are {line.verdict}{why} ({at.file}:{line.line})"


def withdraw(session: Session, at: Deciding, left: RecordId, right: RecordId) -> Deciding:
    """Takes away what was decided of a pair. Raises: Misuse, where nothing was."""
    at = _as_it_stands(session, at)
    text, gone = without_decision(at.text, left, right, at.file)
    if not gone:
        raise Misuse(f"nothing was decided of {left} and {right}", mend=f"{at.file} has the decisions.")
    return _written(session, at, text)


def decision_of(verdict: Verdict, left: RecordId, right: RecordId, why: str = "") -> Decision:
    """Of whoever acts, today in UTC."""
    return Decision(verdict, left, right, caller(), datetime.now(UTC).date(), why)


def _written(session: Session, at: Deciding, text: str) -> Deciding:
    from weft.workspace.changing import Changes, write_changes

    path = session.settings.root / at.file
    write_changes(Changes(replaced={path: text}), session.settings.root)
    return replace(at, text=text)


def _refuse_unknown(session: Session, at: Deciding, decision: Decision) -> None:
    """Raises: Unknown, for a record that was not there when the product was last applied; before that nobody knows."""
    from weft.session.questions import asked

    for record in asked(session, "core.unknown", str(at.product), (decision.left, decision.right)):
        raise Unknown(f"record of {record.source} (it was not there when {at.product} was last applied)", record.id, ())


def explained(session: Session, name: str, left: str, right: str = "") -> Tied | CoreRecord:
    """Of two records `source:id` what ties them; of one record, or a core id, all that is known of its id. Raises: Unknown, Misuse, Refused."""
    from weft.session.questions import asked

    if right:
        from weft.session.weighing import with_weights

        return with_weights(session, asked(session, "core.tied", name, record_of(left), record_of(right)))
    core_id = asked(session, "core.id", name, record_of(left)) if ":" in left else left
    known: CoreRecord = asked(session, "core.record", name, core_id)
    return known
