"""How long an agreement lasts: as the contract says, within what the mesh allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from weft.errors import Refused
from weft.product.agreement import Agreement
from weft.product.contract import Contract
from weft.settings import AgreementSettings

DAYS, MOST_DAYS = "agreementDays", "agreementMostDays"
"""customProperties of a contract."""


NOTICE_DAYS = (14, 3)
"""So many days before its last one it is told that an agreement ends."""


@dataclass(frozen=True, slots=True)
class Lasting:
    days: int
    most_days: int


def lasting(contract: Contract, settings: AgreementSettings) -> Lasting:
    """A contract may ask for less than the mesh, and never for more."""
    most = min(_number(contract, MOST_DAYS, settings.most_days), settings.most_days)
    return Lasting(min(_number(contract, DAYS, settings.days), most), most)


def last_day(wanted: date | None, today: date, within: Lasting) -> date:
    """The last day of an agreement that begins today. Raises: Refused where that is over, or longer than is allowed."""
    if wanted is None:
        return today + timedelta(days=within.days)
    if wanted < today:
        raise Refused(f"{wanted} is over", mend="Say a later day: --until YYYY-MM-DD.")
    if wanted > (most := today + timedelta(days=within.most_days)):
        raise Refused(
            f"an agreement on this port lasts at most {within.most_days} days", mend=f"Say --until {most} or sooner."
        )
    return wanted


def _number(contract: Contract, name: str, otherwise: int) -> int:
    said = contract.custom.get(name)
    try:
        found = int(str(said)) if said is not None else otherwise
    except ValueError:
        return otherwise
    return found if found > 0 else otherwise


def days_left(agreement: Agreement, today: date) -> int | None:
    """After today; None where it is not in force."""
    return (agreement.until - today).days if agreement.until and agreement.is_in_force(today) else None


def ends_soon(agreement: Agreement, today: date) -> bool:
    left = days_left(agreement, today)
    return left is not None and left <= NOTICE_DAYS[0]


def notice_due(agreement: Agreement, today: date) -> int | None:
    """Which of the notices has come: the number of days that it is told before. None where none has, or it was given for no longer than that."""
    left = days_left(agreement, today)
    if left is None or agreement.until is None:
        return None
    given = next((one.at.date() for one in reversed(agreement.rulings) if one.word in ("granted", "renewed")), today)
    due = [days for days in NOTICE_DAYS if left <= days < (agreement.until - given).days]
    return min(due, default=None)
