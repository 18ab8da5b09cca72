"""Agreements as documents of the draft OAAS: what its table of fields asks for, and what Weft's states come to in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import jsonschema_rs
import pytest

from weft.standards.oaas import Access, Consumer, Provider, document
from weft.standards.writing import written

SINCE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ONE = Access(
    "flights",
    "a12",
    "granted",
    Provider("operations", "operations.flights", "departures", "operations.flights", "1.2.0"),
    Consumer(user="bob@example.org"),
    "where delays come from",
    3,
    usage="as it is",
    role="analyst",
    since=SINCE,
    until=date(2027, 11, 21),
    more={"useCase": "punctuality"},
)
TEXT = {"type": "string", "minLength": 1}
STAMP = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "id", "status", "description", "provider", "consumer"],
    "properties": {
        "apiVersion": {"const": "v0.9.0"},
        "kind": {"const": "AccessAgreement"},
        "id": TEXT,
        "name": TEXT,
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "status": {"enum": ["requested", "approved", "rejected"]},
        "startTimestamp": STAMP,
        "endTimestamp": STAMP,
        "description": {
            "type": "object",
            "additionalProperties": False,
            "required": ["purpose"],
            "properties": dict.fromkeys(("purpose", "usage", "limitations", "terms"), TEXT),
        },
        "provider": {
            "type": "object",
            "additionalProperties": False,
            "required": ["teamId", "dataProductId", "outputPortId"],
            "properties": dict.fromkeys(
                ("teamId", "dataProductId", "outputPortId", "dataContractId", "dataContractVersion"), TEXT
            ),
        },
        "consumer": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "dependentRequired": {"dataProductId": ["teamId"]},
            "properties": dict.fromkeys(("teamId", "dataProductId", "userId"), TEXT),
        },
        "roles": {"type": "array", "items": {"type": "object", "required": ["role"]}},
        "customProperties": {"type": "array", "items": {"type": "object", "required": ["property", "value"]}},
    },
}
"""The draft's table of fields, as far as Weft writes them."""


@pytest.mark.parametrize(
    "one",
    [
        ONE,
        replace(ONE, state="requested", since=None, until=None, role=""),
        replace(ONE, consumer=Consumer("network", "network.routes")),
        replace(ONE, state="revoked", ended=SINCE),
    ],
)
def test_a_document_is_as_the_draft_has_it(one: Access) -> None:
    assert list(jsonschema_rs.validator_for(SCHEMA).iter_errors(document(one))) == []


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("requested", "requested"),
        ("half approved", "requested"),
        ("granted", "approved"),
        ("refused", "rejected"),
        ("revoked", "rejected"),
    ],
)
def test_each_state_has_its_status(state: str, status: str) -> None:
    assert document(replace(ONE, state=state))["status"] == status


def test_it_is_in_force_to_the_end_of_its_last_day_and_no_longer_than_to_its_revocation() -> None:
    assert document(ONE)["startTimestamp"] == "2026-11-21T09:30:00Z"
    assert document(ONE)["endTimestamp"] == "2027-11-21T23:59:59Z"
    assert document(replace(ONE, state="revoked", ended=SINCE))["endTimestamp"] == "2026-11-21T09:30:00Z"


def test_the_same_agreement_has_the_same_id_and_another_mesh_another() -> None:
    assert document(ONE)["id"] == document(replace(ONE, revision=9))["id"]
    assert document(ONE)["id"] != document(replace(ONE, mesh="other"))["id"]


def test_it_can_be_written_as_yaml() -> None:
    assert "kind: AccessAgreement" in written(document(ONE))
