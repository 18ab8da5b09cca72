"""What moved from one profile to the next is told, and what chance alone did is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.profile.looked_at import looked_at

from weft.profile.drifting import moved, psi

BEFORE = "SELECT i AS id, (i * 7919 % 1000) / 10 AS amount, ['a', 'b', 'c'][1 + i % 3] AS kind, DATE '2026-01-01' + (i % 90)::INTEGER AS day FROM range(3000) t(i)"


def notable(folder: Path, after: str, before: str = BEFORE) -> set[tuple[str, str]]:
    found = moved(looked_at(folder, before), looked_at(folder, after))
    return {(one.column, one.measure) for one in found.drifts if one.is_notable}


def test_what_stays_as_it_was_did_not_move(tmp_path: Path) -> None:
    assert notable(tmp_path, BEFORE.replace("7919", "7907")) == set()


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ("range(3000)", "range(300)", ("", "rows")),
        ("/ 10 AS amount", "/ 10 + 60 AS amount", ("amount", "mean")),
        ("/ 10 AS amount", "/ 10 + 60 AS amount", ("amount", "psi")),
        ("['a', 'b', 'c'][1 + i % 3] AS kind", "CASE WHEN i % 10 = 0 THEN 'b' ELSE 'a' END AS kind", ("kind", "psi")),
        (
            "['a', 'b', 'c'][1 + i % 3] AS kind",
            "CASE WHEN i % 10 = 0 THEN 'b' ELSE 'a' END AS kind",
            ("kind", "frequent"),
        ),
        ("['a', 'b', 'c'][1 + i % 3] AS kind", "CASE WHEN i % 10 = 0 THEN 'b' END AS kind", ("kind", "nulls")),
        ("(i % 90)", "(i % 9)", ("day", "distinct")),
        ("i AS id,", "i AS key,", ("id", "columns")),
    ],
)
def test_what_moves_is_told(then: str, now: str, expected: tuple[str, str], tmp_path: Path) -> None:
    assert expected in notable(tmp_path, BEFORE.replace(then, now))


def test_small_tables_are_judged_by_what_chance_gives(tmp_path: Path) -> None:
    small = "SELECT ['a', 'b', 'c', 'd'][1 + (hash(i + {0}) % 4)::INTEGER] AS kind FROM range(12) t(i)"
    assert ("kind", "psi") not in notable(tmp_path, small.format(100), small.format(0))


def test_the_index_is_what_its_definition_says() -> None:
    assert psi([0.5, 0.5], [0.5, 0.5]) == 0
    assert psi([0.5, 0.5], [0.25, 0.75]) == pytest.approx(0.2747, abs=1e-4)
