"""What is written is read back as the same, and an edit leaves the rest as it was."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from weft.standards.document import read
from weft.standards.writing import GONE, LAST, Edit, edited, written

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | st.sampled_from(
    [
        "no",
        "On",
        "y",
        "~",
        "null",
        "1e3",
        "0o17",
        "0x1F",
        "1_000",
        "12:30:45",
        "2013-01-01",
        ".5",
        "a: b",
        "# x",
        "- a",
        "<<",
        "=",
        "a\nb\n",
        " a\n b",
        "a\n\n",
        "\n",
        "|",
        "%",
        "@x",
        "`",
        "...",
        "---",
        "?",
        "!x",
        "&a",
        "*a",
        "a #b",
        "'",
        '"',
        "{",
        "[",
        "a:",
        "NaN",
        ".nan",
        "1.",
        "+1",
        "0b11",
        "1,000",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read(written({"value": value}), "f").data == {"value": value}


@given(TEXTS)
def test_a_text_is_a_text_to_readers_of_yaml_1_1_too(text: str) -> None:
    assert yaml.safe_load(written({"value": text})) == {"value": text}


MANIFEST = """\
# who reads this?
apiVersion: v1.1.0   # the standard
name: 'Flights'

outputPorts:
- name: departures  # the first
  version: "1.0.0"
"""


def test_adding_a_port_keeps_comments_quotes_and_indentation() -> None:
    port = {"name": "arrivals", "version": "1.0.0", "contractId": "a"}
    assert edited(MANIFEST, [Edit(("outputPorts", LAST), port)]) == MANIFEST + (
        "- name: arrivals\n  version: 1.0.0\n  contractId: a\n"
    )


def test_lists_that_are_indented_stay_indented() -> None:
    text = "tags:\n  - a # why\n"
    assert edited(text, [Edit(("tags", LAST), "b")]) == "tags:\n  - a # why\n  - b\n"


def test_what_is_not_there_is_made_on_the_way() -> None:
    assert edited("name: a\n", [Edit(("inputPorts", LAST), {"name": "p"})]) == "name: a\ninputPorts:\n  - name: p\n"


def test_a_field_is_removed_and_another_changed() -> None:
    assert edited("a: 1 # one\nb: 2 # two\n", [Edit(("a",), GONE), Edit(("b",), 3)]).endswith("b: 3 # two\n")


def test_long_texts_are_not_folded() -> None:
    text = f"a: {'word ' * 200}end\nb: 1\n"
    assert edited(text, [Edit(("b",), 2)]) == text.replace("b: 1", "b: 2")
