"""A document is read by YAML 1.2's core rules, with its lines, and nothing in it takes the process down."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.errors import Faults
from weft.standards.document import read

CORE = [
    ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("y", "y"), ("2013-01-01", "2013-01-01"), ("12:30:45", "12:30:45"),
    ("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE"), ("null", None), ("~", None), ("", None), ("Null", None),
    ("1", 1), ("-1", -1), ("+1", 1), ("007", 7), ("0o17", 15), ("0x1F", 31), ("1_000", "1_000"), ("0b1", "0b1"),
    ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-3", -0.0015), (".inf", float("inf")), ("1.0.0", "1.0.0"),
    ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("!!int '1'", 1), ("!!float 1", 1.0), ("- 1", None), ("[1, a]", [1, "a"]),
    ("{a: 1}", {"a": 1}), ("|\n  a\n  b", "a\nb"), (">\n  a\n  b", "a b"), ("<<", "<<"), ("=", "="),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), [pair for pair in CORE if pair[0] != "- 1"], ids=str)
def test_a_scalar_is_what_the_core_schema_says(text: str, value: Any) -> None:
    assert read(f"a: {text}", "f").data == {"a": value}


FAULTY = [
    ("a: 1\nb: 2\na: 3", "f:3: the key 'a' is given twice. Remove one of them."),
    ("a: {b: 1, b: 2}", "f:1: the key 'b' is given twice. Remove one of them."),
    ("1: a", "f:1: the key 1 is no text. Put it in quotes."),
    ("[a]: 1", "f:1: a mapping or a list is no key. Write the key as a text."),
    ("a: !!binary aGk=", "f:1: 'aGk=' is not what its tag says. Remove the tag, or write a plain value."),
    ("a: !!int x", "f:1: 'x' is not what its tag says. Remove the tag, or write a plain value."),
    ("a: !mine [1]", "f:1: the tag '!mine' is not read. Write a plain mapping, list or text."),
    ("a: *b", "f:1: the alias '*b' stands for nothing above it. Name a value with '&b'."),
    ("&a [*a]", "f:1: the alias '*a' stands for nothing above it. Name a value with '&a'."),
    ("a: 1\n---\nb: 2", "f:2: there is a second document in this file. Keep one document a file."),
    ("a: b: c", "f:1: this is no YAML: mapping values are not allowed in this context. Put a text that has ': ' in it in quotes, or look at the indentation."),
    ("a:\n\t- b", "f:2: this is no YAML: found character that cannot start any token. Put the text in quotes, and indent with spaces, not with tabs."),
    ("a: [1, 2", "f:2: this is no YAML: did not find expected ',' or ']'. Close the bracket, or put a comma between the values."),
    ("a: 'b", "f:1: this is no YAML: found unexpected end of stream. Close the quote that is open."),
    ("a:\n  b: 1\n c: 2", "f:3: this is no YAML: did not find expected key. Look at the indentation of this line and of the one above it."),
    ("a: \x01", "f: this is no YAML: control characters are not allowed. Remove the character that cannot be seen."),
    ("[" * 5000 + "]" * 5000, "f:1: this is nested more than 100 deep. Write it flatter."),
    ("{a: " * 200_000, "f:1: this is nested more than 100 deep. Write it flatter."),
    ("a" * 8_000_001, "f: this file is too large to be a document (8,000,001 characters; 8,000,000 are read). Keep data in data files."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), FAULTY, ids=[fault for _, fault in FAULTY])
def test_what_is_no_document_is_said_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(Faults) as found:
        read(text, "f")
    assert str(found.value) == fault


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{this}: &{this} [{', '.join([f'*{before}'] * 9)}]" for before, this in zip("abcdefg", "bcdefgh", strict=True)
    ]
    with pytest.raises(Faults, match="more than 500,000 values"):
        read("\n".join(lines), "f")


def test_an_alias_is_the_value_it_names() -> None:
    assert read("a: &x {b: 1}\nc: [*x, *x]\nd: &y 2\ne: *y", "f").data == {
        "a": {"b": 1},
        "c": [{"b": 1}] * 2,
        "d": 2,
        "e": 2,
    }


def test_keys_given_twice_are_said_all_at_once() -> None:
    with pytest.raises(Faults) as found:
        read("a: 1\na: 2\nb: 1\nb: 2", "f")
    assert len(found.value.faults) == 2


TEXT = """\
# a comment

schema:
  - name: a
    properties:
      - name: id
        logicalType: integer
      - {name: b,
         logicalType: date}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 3),
        (("schema",), 3),
        (("schema", 0), 4),
        (("schema", 0, "properties", 0, "logicalType"), 7),
        (("schema", 0, "properties", 1), 8),
        (("schema", 0, "properties", 1, "logicalType"), 9),
        (("schema", 0, "quality", 1), 4),
        (("schema", 7), 3),
    ],
)
def test_a_path_has_its_line_or_that_of_what_is_nearest(path: tuple[str | int, ...], line: int) -> None:
    assert read(TEXT, "f").place(*path).line == line


def test_a_part_has_the_line_where_it_begins() -> None:
    document = read(TEXT, "f")
    assert document.place_of(document.data["schema"][0]["properties"][1]).line == 8


@pytest.mark.parametrize(
    ("text", "message"), [("", "is empty"), ("# only this", "is empty"), ("- a", "no mapping"), ("a", "no mapping")]
)
def test_a_document_is_a_mapping(text: str, message: str) -> None:
    with pytest.raises(Faults, match=message):
        read(text, "f").mapping()


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
    | st.text("a1:-[]{}&*!|>'\"%@`#,? \n\t~", max_size=40)
)
def test_any_text_is_a_document_or_faults(text: str) -> None:
    try:
        read(text, "f")
    except Faults as error:
        assert error.faults
