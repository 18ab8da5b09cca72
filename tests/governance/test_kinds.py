"""Every kind of event says what it means, and can be asked for."""

from __future__ import annotations

from weft.governance.kinds import KINDS
from weft.standards.schemas import schema


def test_mesh_yaml_knows_the_kinds_that_there_are() -> None:
    webhook = schema("mesh")["properties"]["notify"]["properties"]["webhooks"]["items"]
    assert webhook["properties"]["events"]["items"]["enum"] == list(KINDS)


def test_every_kind_says_what_it_means() -> None:
    assert [name for name, kind in KINDS.items() if not kind.means.endswith(".")] == []
