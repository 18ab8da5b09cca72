"""Asking to read a port, for a purpose and a use case; and for more time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from weft.access.approving import approvers
from weft.access.deciding import approved, may_decide, next_approvers, renewal_asked
from weft.access.lasting import last_day
from weft.access.reader import Reader, names_product
from weft.access.reading import belongs
from weft.errors import Misuse, Refused, Unknown
from weft.governance.agreements.naming import Asked, asked_for
from weft.governance.agreements.office import Office
from weft.governance.agreements.outcome import Outcome
from weft.governance.agreements.proposing import proposed_instead
from weft.governance.kinds import ASKED, GRANTED
from weft.product.agreement import Agreement, Ruling, Terms
from weft.product.contract import Contract

MOST_TEXT = 2_000
"""Characters of a purpose, a use case or a reason."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `name` is `domain.product.port[@line]`; `reader` is for whom, where it is not whoever asks."""

    name: str
    purpose: str
    use_case: str
    role: str = ""
    until: date | None = None
    reader: str = ""


def request(office: Office, wish: Wish) -> Outcome:
    """Keeps a request and tells who decides; of a product's internals it keeps a proposal instead.

    Asking again for what waits or is in force changes nothing. Raises: Misuse, Refused, Unknown.
    """
    _refuse_unsaid(wish)
    found = asked_for(office, wish.name)
    if not isinstance(found, Asked):
        return proposed_instead(office, found, wish.purpose, wish.use_case)
    reader = _reader(office, wish)
    role = _role(found.contract, wish.role)
    deciding = approvers(found.product, found.contract, role, found.mesh)
    _refuse_own(reader, found)
    until = last_day(wish.until, office.today, office.lasting(found.contract))
    asked = Agreement(
        "",
        reader,
        found.name,
        found.contract.line,
        wish.purpose.strip(),
        wish.use_case.strip(),
        office.who,
        office.at,
        role,
        asked_until=until,
        terms=_terms(found.contract),
        rulings=(Ruling("requested", office.who, office.at),),
    )
    kept, is_new = office.registry.agreements.ask(asked)
    waits = next_approvers(kept, deciding)
    if not is_new:
        return Outcome(kept, is_changed=False, waits_for=waits)
    message = f"{reader} asks for {_said(kept)}, until {until}: {kept.purpose} ({kept.use_case}). {_decide(kept)}"
    office.audited(
        "agreement", "requested", kept.id, f"{_said(kept)} for {reader}: {kept.purpose}", (found.product.domain,)
    )
    return Outcome(kept, waits_for=waits, untold=office.tell(ASKED, kept, message))


def renew(office: Office, identity: str, until: date | None = None) -> Outcome:
    """Asks for more time; from whoever decides alone, it is given at once. Raises: Unknown, Refused."""
    one = office.agreement(identity)
    promise = office.promise(one)
    if promise is None:
        raise Refused(
            f"{one.port}@{one.line} is promised no longer",
            mend=f"Look for what took its place: weft show {one.product}",
        )
    _, contract, deciding = promise
    wanted = last_day(until, office.today, office.lasting(contract))
    by = office.by(one.domain)
    gives = (may_decide(one, by, deciding) and deciding.levels == 1 and not by.is_(one.reader)) or by.owns_workspace
    if not gives and not _is_party(office, one):
        raise Refused(
            f"{office.who} has no part in agreement {one.id}",
            mend=f"Ask for one of your own: weft access request {one.port}",
        )

    def change(now: Agreement) -> Agreement:
        if gives and now.is_in_force(office.today) and now.until == wanted and not now.is_renewal:
            return now
        asked = renewal_asked(now, by, wanted)
        return approved(asked, by, deciding, wanted) if gives else asked

    kept, is_changed = office.changed(identity, change)
    if not is_changed:
        return Outcome(kept, is_changed=False, waits_for=next_approvers(kept, deciding))
    office.audited("agreement", "renewed" if gives else "renewal asked", kept.id, f"until {wanted}", (one.domain,))
    if gives:
        return Outcome(
            kept, untold=office.tell(GRANTED, kept, f"{_said(kept)} for {kept.reader} is renewed until {wanted}")
        )
    message = f"{kept.reader} asks for more time on {_said(kept)}, until {wanted}. {_decide(kept)}"
    return Outcome(kept, waits_for=next_approvers(kept, deciding), untold=office.tell(ASKED, kept, message))


def _said(one: Agreement) -> str:
    role = f" as {one.role}" if one.role else ""
    return f"{one.port}@{one.line}{role} (agreement {one.id})"


def _decide(one: Agreement) -> str:
    return f"Decide: weft access decide {one.id} --approve, or --refuse --because 'WHY'"


def _terms(contract: Contract) -> Terms:
    return Terms(contract.version, contract.usage, contract.limitations, contract.price)


def _refuse_unsaid(wish: Wish) -> None:
    for what, said in (("purpose", wish.purpose), ("use case", wish.use_case)):
        option = f"--{what.replace(' ', '-')}"
        if not said.strip():
            raise Misuse(f"a request says its {what}", mend=f"Add {option} TEXT.")
        if len(said) > MOST_TEXT:
            raise Misuse(f"the {what} is longer than {MOST_TEXT} characters", mend="Say it shorter.")


def _role(contract: Contract, wanted: str) -> str:
    """The role asked for; where none is said, the contract's only one. Raises: Unknown, Misuse."""
    roles = [one.role for one in contract.roles]
    if wanted:
        if wanted not in roles:
            none = "Its contract names no roles: leave out --role."
            raise Unknown("role", wanted, roles, mend="" if roles else none)
        return wanted
    if len(roles) > 1:
        raise Misuse(f"{contract.id} has several roles", mend=f"Say which: --role {' or --role '.join(roles)}")
    return roles[0] if roles else ""


def _reader(office: Office, wish: Wish) -> str:
    """For whom: others are asked for by the port's owner, products and services by their own domain. Raises: Refused."""
    name = wish.reader.strip() or office.who
    if name.casefold() == office.who.casefold() or office.reader.is_owner:
        return name
    own = name.partition("/" if "/" in name else ".")[0] if "/" in name or names_product(name) else ""
    if office.may("decide agreements", wish.name.partition(".")[0]) or (own and office.may("apply", own)):
        return name
    raise Refused(f"{office.who} may not ask for {name}", mend="Ask for yourself: leave out --for.")


def _refuse_own(reader: str, found: Asked) -> None:
    """Raises: Misuse where it is read without an agreement."""
    if belongs(Reader(reader), found.product, found.mesh):
        raise Misuse(f"{reader} belongs to {found.product.domain}, and reads {found.name} without an agreement")


def _is_party(office: Office, one: Agreement) -> bool:
    """Whether it is theirs, or of a product or service of their domain."""
    if office.who.casefold() in (one.reader.casefold(), one.requested_by.casefold()):
        return True
    domain = one.reader.partition("/" if "/" in one.reader else ".")[0]
    return (one.is_of_product or "/" in one.reader) and office.may("apply", domain)
