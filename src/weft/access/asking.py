"""Why somebody may not read a line, and exactly how to ask: which command, and who decides."""

from __future__ import annotations

import shlex
from datetime import date

from weft.access.approving import approvers, owners
from weft.access.decision import Decision
from weft.access.reader import Reader
from weft.names import LineName, domain_of, label_of
from weft.product.agreement import Agreement
from weft.product.contract import Contract
from weft.product.mesh import Mesh
from weft.product.product import OutputPort, Product

Promise = tuple[Product, OutputPort, Contract]
MOST_NAMED = 3


def how_to_ask(
    reader: Reader, line: LineName, said: tuple[Promise | None, Agreement | None], mesh: Mesh, today: date
) -> Decision:
    """Refused: `said` is the port that promises the line, and the newest agreement that was about it, where there is one."""
    promise, last = said
    if promise is None:
        return Decision(False, f"{reader.name} has no agreement on {line}", f"Ask {domain_of(line)}.")
    product, port, contract = promise
    name = f"{product.name}.{port.name}@{label_of(line)}"
    if last is None:
        return Decision(False, f"{reader.name} has no agreement on {name}", _anew(promise, name, mesh))
    whom = _whom(decides(product, contract, last.role, mesh), product)
    if last.is_open and last.until is None:
        reason = f"{reader.name} asked for {name} on {last.requested_at:%Y-%m-%d}, and nobody has decided yet"
        return Decision(False, reason, f"{whom} decides: weft access show {last.id}")
    if last.standing(today) == "expired":
        asked = "; more time is asked for, and nobody has decided yet" if last.is_renewal else ""
        mend = f"Ask for more time: weft access renew {last.id}. {whom} decides."
        return Decision(False, f"the agreement {last.id} of {reader.name} on {name} ended on {last.until}{asked}", mend)
    reason = f"{reader.name}'s agreement {last.id} on {name} was {last.state}{_because(last)}"
    return Decision(False, reason, _anew(promise, name, mesh, last.role))


def decides(product: Product, contract: Contract, role: str, mesh: Mesh) -> tuple[str, ...]:
    """Who decides on a role of a contract; on the only role of it where none is said."""
    roles = [one.role for one in contract.roles]
    meant = role or (roles[0] if len(roles) == 1 else "")
    return approvers(product, contract, meant, mesh).all or owners(product, mesh)


def _anew(promise: Promise, name: str, mesh: Mesh, role: str = "") -> str:
    product, _, contract = promise
    option = f" --role {shlex.quote(role)}" if role else _role_option(contract)
    whom = _whom(decides(product, contract, role, mesh), product)
    return f"Ask for it: weft access request {name}{option} --purpose 'WHY' --use-case NAME. {whom} decides."


def _role_option(contract: Contract) -> str:
    roles = [one.role for one in contract.roles]
    return f" --role {shlex.quote(roles[0])}" if len(roles) > 1 else ""


def _whom(people: tuple[str, ...], product: Product) -> str:
    if not people:
        return f"The owner of {product.domain}"
    more = f" and {len(people) - MOST_NAMED} more" if len(people) > MOST_NAMED else ""
    return f"{' or '.join(people[:MOST_NAMED])}{more}"


def _because(agreement: Agreement) -> str:
    reason = next((one.reason for one in reversed(agreement.rulings) if one.word in ("refused", "revoked")), "")
    return f": {reason}" if reason else ""
