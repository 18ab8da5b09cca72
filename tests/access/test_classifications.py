"""The set of classifications as it is written, and what of it applies to a column."""

from __future__ import annotations

import pytest

from weft.access.classifications import UNKNOWN, Classifications, Clear, Viewer
from weft.access.from_classifications import classifications_from
from weft.access.masks import Mask
from weft.errors import Faults
from weft.product.contract import Column

SET = """
classifications:
  - {name: public, classification: [public]}
  - name: contact
    classification: [confidential]
    tags: [contact]
    mask: hash
    clear: {roles: [owner], agreement_roles: [Analyst], purposes: [safety], attributes: {clearance: [high]}}
  - {name: secret, classification: [secret], mask: {kind: bucket, width: 10}}
row_filters:
  - {name: own region, tags: [regional], where: region IN reader.regions}
"""


def read(text: str = SET) -> Classifications:
    found, faults = classifications_from(text, "policies/classifications.yaml")
    assert not faults
    return found


def column(classification: str = "", tags: tuple[str, ...] = (), inner: tuple[str, ...] = ()) -> Column:
    return Column("c", "VARCHAR", classification=classification, tags=tags, inner=tuple((one, ()) for one in inner))


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (column(), set()),
        (column("public"), {"public"}),
        (column("Confidential"), {"contact"}),
        (column("", ("contact", "finance")), {"contact"}),
        (column("public", ("CONTACT",)), {"public", "contact"}),
        (column("", (), ("secret",)), {"secret"}),
        (column("weird"), {UNKNOWN}),
    ],
)
def test_a_column_is_classified_by_what_its_contract_says(said: Column, names: set[str]) -> None:
    assert read().of(said) == names


def test_an_empty_set_classifies_nothing() -> None:
    assert read("").of(column("secret")) == set()


def test_the_strictest_comes_first_and_what_is_unknown_before_all() -> None:
    assert read().in_order({"public", "secret", UNKNOWN, "contact"}) == (UNKNOWN, "secret", "contact", "public")


@pytest.mark.parametrize(
    ("viewer", "reason"),
    [
        (Viewer(), ""),
        (Viewer(roles=frozenset(["reader"])), ""),
        (Viewer(roles=frozenset(["owner"])), "role owner"),
        (Viewer(agreement_roles=frozenset(["analyst"])), "agreement as Analyst"),
        (Viewer(purposes=frozenset(["Safety"])), "agreement for safety"),
        (Viewer(attributes=(("clearance", ("low", "high")),)), "attribute clearance is high"),
        (Viewer(attributes=(("clearance", ("low",)),)), ""),
    ],
)
def test_who_is_cleared_is_told_why(viewer: Viewer, reason: str) -> None:
    assert read().level("contact").clear.admits(viewer) == reason


def test_nobody_is_cleared_for_what_is_unknown() -> None:
    level = read().level(UNKNOWN)
    assert (level.mask, level.clear) == (Mask("null", classification=UNKNOWN), Clear())


@pytest.mark.parametrize("mask", ["null", "'null'", "{kind: null}"])
def test_the_kind_null_may_be_written_with_quotes_and_without(mask: str) -> None:
    found = read(f"classifications: [{{name: secret, tags: [secret], mask: {mask}}}]")
    assert found.level("secret").mask == Mask("null", classification="secret")


def test_a_row_filter_names_a_column_and_an_attribute_of_the_reader() -> None:
    (rule,) = read().rules_of(("Regional", "other"))
    assert (rule.column, rule.attribute) == ("region", "regions")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("classification: []", "p:1: unknown field 'classification'. Did you mean 'classifications'?"),
        (
            "classifications:\n  - {name: a, tags: [x], mask: hsh}",
            "p:2: classification 'a': unknown mask 'hsh'. Did you mean 'hash'?",
        ),
        (
            "classifications:\n  - {name: a}",
            "p:2: a applies to nothing. Add `classification: [...]`, or `tags: [...]`.",
        ),
        (
            "classifications:\n  - {name: a, tags: [x]}\n  - {name: b, tags: [X], mask: hash}",
            "p:3: the tag 'X' is given twice: of a and of b. Remove one of them.",
        ),
        (
            "classifications:\n  - {name: a, tags: [x]}\nrow_filters:\n  - {name: a, tags: [r], where: r IN reader.r}",
            "p:4: the name 'a' is given twice: of a and of a. Remove one of them.",
        ),
        (
            "classifications:\n  - {name: a, tags: [x], mask: {kind: year, width: 3}}",
            "p:2: a: `width` says nothing to a mask of kind year. Remove `width`.",
        ),
        (
            "classifications:\n  - {name: a, tags: [x], mask: bucket}",
            "p:2: a: a bucket of what width? Say `width` for numbers, `unit` for dates, or both.",
        ),
        (
            "classifications:\n  - {name: a, tags: [x], clear: {roles: [owner]}}",
            "p:2: a has no mask, so that everybody sees clear. Add `mask: ...`, or remove `clear`.",
        ),
        (
            "row_filters:\n  - {name: a, tags: [x], where: region = reader.region}",
            "p:2: row filter 'a': 'region = reader.region' compares no column with an attribute of the reader."
            " Write `COLUMN IN reader.ATTRIBUTE`.",
        ),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_line(text: str, fault: str) -> None:
    found, faults = classifications_from(text, "p")
    assert (found, [str(one) for one in faults]) == (Classifications(), [fault])


def test_what_is_no_yaml_is_a_fault() -> None:
    with pytest.raises(Faults):
        classifications_from("classifications: [", "p")
