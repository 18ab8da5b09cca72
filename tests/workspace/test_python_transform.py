"""What a Python transform reads is found in its syntax tree, and nothing of it is run."""

from __future__ import annotations

import pytest

from weft.workspace.python_transform import PythonFault, python_reading, python_table


def test_parameters_are_what_is_read() -> None:
    text = "import os\n\ndef orders(lines, customers, *, rates, digits=2):\n    return lines\n"
    assert python_reading(text, "orders").names == ("lines", "customers", "rates")


def test_the_decorator_says_other_names_and_the_line() -> None:
    text = '@weft.table("orders@1", reads={"planes": "plane.planes"})\ndef made(planes, flights): ...\n'
    found = python_table(text, "orders", "1")
    assert (found.function, found.reads) == ("made", {"planes": "plane.planes", "flights": "flights"})


def test_comments_layout_and_docstrings_do_not_count() -> None:
    plain = python_reading("def a(b):\n    return b\n", "a")
    told = python_reading('"""M."""\n\n# why\ndef a( b ):\n    """A."""\n    return (b)  # so\n', "a")
    assert plain.meaning == told.meaning


def test_other_code_means_something_else() -> None:
    assert python_reading("def a(b): return b", "a").meaning != python_reading("def a(b): return [b]", "a").meaning


FAULTS = [
    ("def a(", 1, "this is no Python: '(' was never closed"),
    ("def b(): ...", 0, "no function here is named 'a', after the table"),
    ("x = 1\ndef a(*rest): ...", 2, "the parameters must be named: no `*` and no `**`"),
    ("@table('a', reads=names())\ndef a(b): ...", 1, "`reads` must be written out, not computed"),
    ("@table('a', reads={'c': 'd'})\ndef a(b): ...", 1, "`reads` names 'c', which is no parameter"),
    ("@table('a', reads=['b'])\ndef a(b): ...", 1, "`reads` does not fit the parameters"),
    ("def a(b\0): ...", 0, "this is no Python: source code string cannot contain null bytes"),
]


@pytest.mark.parametrize(("text", "line", "message"), FAULTS, ids=[message for *_, message in FAULTS])
def test_what_cannot_be_understood_is_said(text: str, line: int, message: str) -> None:
    with pytest.raises(PythonFault) as found:
        python_reading(text, "a")
    assert (found.value.message, found.value.line) == (message, line)
