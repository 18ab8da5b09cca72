"""What columns and tables inherit along their lineage."""

from __future__ import annotations

from weft.access.classifications import Classification, Classifications, RowRule
from weft.access.inheriting import Inherited, Said, Web, inherited
from weft.access.masks import Mask
from weft.product.contract import Column

RULES = Classifications(
    (
        Classification("contact", ("contact",), mask=Mask("hash")),
        Classification("secret", ("secret",), mask=Mask("null")),
    ),
    (RowRule("own region", ("regional",), "region", "regions"),),
)
A, B, C = "a.a.t@1", "b.b.t@1", "c.c.t@1"


def table(*columns: str, tags: tuple[str, ...] = (), **classified: str) -> Said:
    return Said(tuple(Column(name, "VARCHAR", classification=classified.get(name, "")) for name in columns), tags)


def of(found: Inherited, table: str) -> dict[str, set[str]]:
    return {column: set(marks) for column, marks in found.marks.get(table, {}).items()}


def test_a_value_that_flows_inherits_through_products() -> None:
    tables = {C: table("y"), B: table("x"), A: table("email", email="contact")}
    values = {(B, "x"): ((A, "email"),), (C, "y"): ((B, "x"),)}
    found = inherited(Web(tables, values, {B: (A,), C: (B,)}), RULES)
    assert of(found, C) == {"y": {"contact"}}
    assert found.path((C, "y"), "contact") == ((C, "y"), (B, "x"), (A, "email"))


def test_all_that_flows_into_a_column_is_inherited_beside_what_it_says_itself() -> None:
    tables = {A: table("e", "s", e="contact", s="secret"), B: table("x", x="contact")}
    found = inherited(Web(tables, {(B, "x"): ((A, "e"), (A, "s"))}, {B: (A,)}), RULES)
    assert of(found, B) == {"x": {"contact", "secret"}}
    assert found.path((B, "x"), "contact") == ((B, "x"),)


def test_what_is_declassified_goes_no_further() -> None:
    tables = {A: table("e", e="secret"), B: table("x"), C: table("y")}
    values = {(B, "x"): ((A, "e"),), (C, "y"): ((B, "x"),)}
    web = Web(tables, values, {B: (A,), C: (B,)}, {(B, "x"): frozenset(["secret"])})
    found = inherited(web, RULES)
    assert of(found, B) == of(found, C) == {}


def test_only_the_names_that_were_approved_are_lifted_and_never_what_the_contract_itself_says() -> None:
    tables = {A: table("e", "s", e="contact", s="secret"), B: table("x", "z", z="secret")}
    values = {(B, "x"): ((A, "e"), (A, "s")), (B, "z"): ((A, "s"),)}
    lifted = {(B, "x"): frozenset(["secret"]), (B, "z"): frozenset(["secret"])}
    assert of(inherited(Web(tables, values, {B: (A,)}, lifted), RULES), B) == {"x": {"contact"}, "z": {"secret"}}


def test_a_source_hands_its_classification_on() -> None:
    source = "source:b.b.file"
    tables = {source: table("mail", mail="contact"), B: table("x")}
    assert of(inherited(Web(tables, {(B, "x"): ((source, "mail"),)}, {B: (source,)}), RULES), B) == {"x": {"contact"}}


def rows(found: Inherited, table: str) -> dict[str, tuple[str, ...]]:
    return dict(found.rows.get(table, {}))


REGIONAL = table("id", "region", tags=("regional",))


def test_a_row_filter_follows_its_column_under_another_name() -> None:
    tables = {A: REGIONAL, B: table("area", "n")}
    found = inherited(Web(tables, {(B, "area"): ((A, "region"),)}, {B: (A,)}), RULES)
    assert (rows(found, A), rows(found, B)) == ({"own region": ("region",)}, {"own region": ("area",)})


def test_who_drops_the_column_of_a_row_filter_keeps_the_filter_without_a_column() -> None:
    tables = {A: REGIONAL, B: table("n"), C: table("n")}
    found = inherited(Web(tables, {}, {B: (A,), C: (B,)}), RULES)
    assert (rows(found, B), rows(found, C)) == ({"own region": ()}, {"own region": ()})


def test_a_row_filter_that_one_of_two_inputs_lost_shows_nothing() -> None:
    tables = {A: REGIONAL, B: REGIONAL, C: table("region")}
    web = Web(tables, {(C, "region"): ((A, "region"),)}, {C: (A, B)})
    assert rows(inherited(web, RULES), C) == {"own region": ()}


def test_a_tagged_table_without_the_column_shows_nothing() -> None:
    assert rows(inherited(Web({A: table("id", tags=("regional",))}), RULES), A) == {"own region": ()}


def test_a_row_filter_that_is_declassified_ends_there() -> None:
    tables = {A: REGIONAL, B: table("n"), C: table("n")}
    web = Web(tables, {}, {B: (A,), C: (B,)}, {(B, ""): frozenset(["own region"])})
    found = inherited(web, RULES)
    assert (rows(found, B), rows(found, C)) == ({}, {})
