"""How long an agreement lasts: as the contract says, within what the mesh allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from weft.errors import Refused
from weft.product.contract import Contract
from weft.settings import AgreementSettings

DAYS, MOST_DAYS = "agreementDays", "agreementMostDays"
"""customProperties of a contract."""


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
