"""The audit trail as people read it, and as far as they may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from weft.governance.audit.searching import Sought, Told, narrowed, search
from weft.product.audit import AuditedRead, Ending
from weft.registry.seam import Registry

from .conftest import DONE, GRANTED, READ

BOTH = AuditedRead(
    "bob",
    "api",
    {"fleet.planes.plane@1": ("tail",), "sales.orders.orders@2": ("price",)},
    "SELECT secret",
    on_behalf_of="cy",
)


def found(registry: Registry, **sought: object) -> list[tuple[str, str, str]]:
    return [(one.what, one.who, one.outcome) for one in search(registry.audit, replace(Sought(), **sought))]  # type: ignore[arg-type]


@pytest.fixture
def filled(registry: Registry) -> Registry:
    registry.audit.complete(registry.audit.begin(READ), DONE)
    registry.audit.decided(GRANTED)
    registry.audit.refused(BOTH, Ending("refused", 0, 0, message="no agreement"))
    registry.audit.begin(replace(READ, who="dan"))
    return registry


def test_a_read_is_one_row_and_the_newest_comes_first(filled: Registry) -> None:
    assert found(filled) == [
        ("read", "dan", ""),
        ("read", "bob", "refused"),
        ("agreement", "eve", ""),
        ("read", "ann", "done"),
    ]


def test_it_is_found_by_who_table_domain_outcome_and_words(filled: Registry) -> None:
    bob = [("read", "bob", "refused")]
    assert found(filled, who="cy") == found(filled, who="bob") == bob
    assert found(filled, table="sales.orders.orders") == found(filled, table="sales.orders.orders@2") == bob
    assert found(filled, table="sales") == found(filled, domain="sales") == found(filled, outcome="refused") == bob
    assert found(filled, text="SECRET") == found(filled, text="no agreement") == bob
    assert found(filled, what="agreement") == [("agreement", "eve", "")]
    assert found(filled, table="sales.order") == found(filled, domain="ales") == []
    assert len(found(filled, limit=2)) == 2


def test_more_than_a_page_is_looked_through(registry: Registry) -> None:
    registry.audit.decided(replace(GRANTED, who="first"), *[GRANTED] * 900)
    assert found(registry, who="first") == [("agreement", "first", "")]


def test_an_owner_sees_its_own_lines_and_no_sql_of_others(filled: Registry) -> None:
    (both,) = [one for one in narrowed(search(filled.audit, Sought(domain="fleet")), "fleet") if one.who == "bob"]
    assert (both.tables, both.columns, both.domains) == (
        ("fleet.planes.plane@1",),
        {"fleet.planes.plane@1": ("tail",)},
        ("fleet",),
    )
    assert "secret" not in both.sql
    assert both.sql_digest == ""
    (own,) = narrowed(search(filled.audit, Sought(who="ann")), "fleet")
    assert own.sql == READ.sql
    assert isinstance(own, Told)
