"""The example keeps to the whole standard set."""

from __future__ import annotations

from pathlib import Path

from weft.session import open_session
from weft.session.policies import everything, shipped
from weft.workspace import read_settings
from weft.workspace.policies import standard_names

EXAMPLE = Path(__file__).parents[2] / "examples" / "flights"


def test_the_example_turns_on_the_whole_set() -> None:
    assert {one.name for one in read_settings(EXAMPLE).policies} == {*standard_names()}


def test_the_example_violates_no_standard_policy() -> None:
    with open_session(EXAMPLE) as session:
        found = everything(session, shipped())
    assert [one.fault.message for one in found.violations] == []
    assert found.faults == ()
