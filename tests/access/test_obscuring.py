"""What of a line is masked or left out for a reader."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from weft.access import OWNER, Decision, Grant, Reader
from weft.access.classifications import UNKNOWN, Classification, Classifications, Clear, RowRule
from weft.access.inheriting import Inherited
from weft.access.masks import Mask, RowFilter
from weft.access.obscuring import Classified, obscured
from weft.access.sight import FULL, Known, Sight
from weft.names import LineName
from weft.product.agreement import Agreement
from weft.product.mesh import Mesh

LINE = LineName("sales.orders.orders@1")
HASH, NULL = Mask("hash", classification="contact"), Mask("null", classification="secret")
RULES = Classifications(
    (
        Classification("public", ("public",)),
        Classification("contact", ("contact",), mask=HASH, clear=Clear(roles=("owner", "governance"))),
        Classification("secret", ("secret",), mask=NULL, clear=Clear(roles=("owner",), agreement_roles=("auditor",))),
    ),
    (RowRule("own region", ("regional",), "region", "regions", Clear(roles=("owner",))),),
)
MARKS = {"a": {"public": None}, "b": {"contact": None}, "c": {"secret": None, "contact": None}, "d": {UNKNOWN: None}}
CLASSIFIED = Classified(RULES, Inherited({LINE: MARKS}, {LINE: {"own region": ("region", "origin")}}))
UNSEEN = Mask("null", classification=UNKNOWN)
AGREED = Agreement(
    "1", "ann", "sales.orders.orders", "1", "audit", "", "ann", datetime(2026, 1, 1, tzinfo=UTC), "auditor"
)
KNOWN = Known(Mesh(""), date(2026, 1, 2), (AGREED,))


def seen(reader: Reader, *agreements: str) -> Sight:
    return obscured(Sight(Decision(True, ""), agreements=agreements), reader, LINE, KNOWN, CLASSIFIED)


@pytest.mark.parametrize(
    ("reader", "agreements", "masks"),
    [
        (Reader("ann"), (), {"b": HASH, "c": NULL, "d": UNSEEN}),
        (Reader("ann", (Grant("owner", "fleet"),)), (), {"b": HASH, "c": NULL, "d": UNSEEN}),
        (Reader("ann", (Grant("owner", "sales"),)), (), {"d": UNSEEN}),
        (Reader("ann", (Grant("governance"),)), (), {"c": NULL, "d": UNSEEN}),
        (Reader("ann"), ("1",), {"b": HASH, "c": HASH, "d": UNSEEN}),
        (Reader("ann"), ("2",), {"b": HASH, "c": NULL, "d": UNSEEN}),
        (OWNER, (), {}),
    ],
)
def test_the_strictest_that_a_reader_is_not_cleared_for_masks(
    reader: Reader, agreements: tuple[str, ...], masks: dict[str, Mask]
) -> None:
    assert seen(reader, *agreements).masks == masks


@pytest.mark.parametrize(
    ("reader", "filters"),
    [
        (Reader("ann"), [RowFilter(column, (), "own region", "regions") for column in ("region", "origin")]),
        (
            Reader("ann", attributes=(("regions", ("EU", "US")),)),
            [RowFilter(column, ("EU", "US"), "own region", "regions") for column in ("region", "origin")],
        ),
        (Reader("ann", (Grant("owner", "sales"),)), []),
        (OWNER, []),
    ],
)
def test_rows_are_those_of_the_readers_own_attribute(reader: Reader, filters: list[RowFilter]) -> None:
    assert list(seen(reader).row_filters) == filters


def test_a_row_filter_without_a_column_shows_no_row() -> None:
    lost = Classified(RULES, Inherited({}, {LINE: {"own region": ()}}))
    found = obscured(Sight(Decision(True, "")), Reader("ann", attributes=(("regions", ("EU",)),)), LINE, KNOWN, lost)
    assert found.row_filters == (RowFilter("", ("EU",), "own region", "regions"),)


def test_who_may_not_read_is_told_nothing_of_masks() -> None:
    refused = Sight(Decision(False, "no agreement"))
    assert obscured(refused, Reader("ann"), LINE, KNOWN, CLASSIFIED) == refused
    assert obscured(FULL, OWNER, LINE, KNOWN, CLASSIFIED) is FULL
