"""A service level that is measured by a column tells a moment of it to nobody who may not see that column."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from weft.access import Grant, Reader
from weft.query.library import Library
from weft.query.seen import relation
from weft.session import Session, open_session

MESH = Path(__file__).parents[1] / "session" / "governed_mesh"
CLASSES = "classifications:\n  - {name: when, classification: [secret], mask: year, clear: {roles: [owner]}}\n"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    root = tmp_path / "mesh"
    shutil.copytree(MESH, root)
    (root / "policies" / "classifications.yaml").write_text(CLASSES)
    contract = root / "domains/shop/orders/contracts/orders.odcs.yaml"
    text = contract.read_text().replace("logicalType: timestamp}", "logicalType: timestamp, classification: secret}")
    contract.write_text(text.replace("classification: confidential", "classification: secret"))
    with open_session(root) as opened:
        assert opened.apply(opened.plan()).succeeded
        yield opened


def told(session: Session, reader: Reader) -> dict[str, object]:
    library = Library(session.settings, session.registry, session.store, "prod", reader)
    rows = relation(library, "service_levels").to_pylist()
    return {row["property"]: row["measured_at"] for row in rows}


def test_the_newest_moment_of_a_masked_column_is_told_to_whom_it_is_clear(session: Session) -> None:
    found = told(session, Reader("ann@example.org", (Grant("owner", "shop"),)))
    assert str(found["latency"]).startswith("2026-11-20 11:00:00")


def test_the_newest_moment_of_a_masked_column_is_kept_from_all_others(session: Session) -> None:
    found = told(session, Reader("rita", (Grant("reader", "shop"),)))
    assert found["latency"] is None
    assert found["frequency"] is not None
