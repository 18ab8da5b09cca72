"""An agreement as a document of the Open Access Agreement Standard, a draft of Bitol, so that other tools can read and provision it.

Source: OAAS v0.9.0 (draft), fields; the Bitol TSC's RFC 0056.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from weft.standards.odcs import VENDOR

VERSION = "v0.9.0"
KIND = "AccessAgreement"
Status = Literal["requested", "approved", "rejected"]
_STATUS: dict[str, Status] = {"requested": "requested", "half approved": "requested", "granted": "approved"}
"""The draft knows no end before the time: what was revoked is rejected, so that nobody goes on providing it."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose port it is."""

    team: str
    product: str
    port: str
    contract: str = ""
    contract_version: str = ""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who reads: a product of a team, or a person or a service."""

    team: str = ""
    product: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One agreement. `mesh` and `id` together tell it from any other; `state` is as Weft has it; days are whole, in UTC."""

    mesh: str
    id: str
    state: str
    provider: Provider
    consumer: Consumer
    purpose: str
    revision: int = 0
    usage: str = ""
    limitations: str = ""
    price: str = ""
    role: str = ""
    since: datetime | None = None
    until: date | None = None
    ended: datetime | None = None
    """When it was revoked."""
    more: Mapping[str, str] = field(default_factory=dict)
    """What the draft has no field for, by name."""


def document(one: Access) -> dict[str, Any]:
    """The document as plain values, ready for JSON or YAML; the same agreement has the same id."""
    said = {"purpose": one.purpose, "usage": one.usage, "limitations": one.limitations, "terms": one.price}
    ends = _moment(one.ended) if one.ended else _end(one.until)
    provider, consumer = one.provider, one.consumer
    return _present(
        {
            "apiVersion": VERSION,
            "kind": KIND,
            "id": str(uuid5(NAMESPACE_URL, f"weft:{one.mesh}:{one.id}")),
            "name": f"{provider.product}.{provider.port} for {consumer.product or consumer.user}",
            "version": f"1.{one.revision}.0",
            "status": _STATUS.get(one.state, "rejected"),
            "description": _present({name: text.strip() for name, text in said.items()}),
            "startTimestamp": _moment(one.since) if one.since else "",
            "endTimestamp": ends,
            "provider": _present(
                {
                    "teamId": provider.team,
                    "dataProductId": provider.product,
                    "outputPortId": provider.port,
                    "dataContractId": provider.contract,
                    "dataContractVersion": provider.contract_version,
                }
            ),
            "consumer": _present({"teamId": consumer.team, "dataProductId": consumer.product, "userId": consumer.user}),
            "roles": [{"role": one.role}] if one.role else [],
            "customProperties": [
                {"property": name, "value": value, "vendor": VENDOR}
                for name, value in {"agreement": one.id, "state": one.state, **one.more}.items()
                if value
            ],
        }
    )


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None, [], {})}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _end(day: date | None) -> str:
    return _moment(datetime.combine(day, time(23, 59, 59), UTC)) if day else ""
