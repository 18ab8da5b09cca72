"""`weft demo`: which example, where, and how much of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Weft

from weft.cli.demo import _which


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (("flights", None), ("flights", "flights-demo")),
        (("pharma", None), ("pharma", "pharma-demo")),
        (("pharma", Path("mine")), ("pharma", "mine")),
        (("mine", None), ("flights", "mine")),
        (("./pharma", None), ("flights", "pharma")),
    ],
)
def test_an_example_has_a_folder_of_its_own_and_a_folder_alone_means_flights(
    said: tuple[str, Path | None], meant: tuple[str, str]
) -> None:
    example, folder = _which(*said)
    assert (example, str(folder)) == meant


def test_an_example_that_there_is_not_is_refused_with_the_one_that_was_meant(weft: Weft, tmp_path: Path) -> None:
    said = weft("demo", "farma", str(tmp_path / "mine"))
    assert (said.status, "Did you mean 'pharma'?" in said.err) == (2, True)


def test_what_is_made_has_a_size_and_what_flew_has_none(weft: Weft, tmp_path: Path) -> None:
    said = weft("demo", "flights", str(tmp_path / "mine"), "--scale", "2")
    assert (said.status, "`weft demo pharma`" in said.err) == (2, True)
    assert not (tmp_path / "mine").exists()


def test_public_files_are_for_what_is_made_and_must_be_there(weft: Weft, tmp_path: Path) -> None:
    said = weft("demo", "flights", str(tmp_path / "mine"), "--public", str(tmp_path))
    assert (said.status, "`weft demo pharma`" in said.err) == (2, True)
    said = weft("demo", "pharma", str(tmp_path / "mine"), "--public", str(tmp_path / "none"))
    assert (said.status, f"there is no nppes_individuals.csv in {tmp_path / 'none'}. The folder" in said.err) == (
        2,
        True,
    )
    said = weft("demo", "pharma", str(tmp_path / "mine"), "--public", str(tmp_path / "mine" / "data" / "public"))
    assert (said.status, "Keep them elsewhere" in said.err) == (2, True)
    assert not (tmp_path / "mine").exists()


def test_a_day_before_all_sources_delivered_is_refused_with_the_first_that_will_do(weft: Weft, tmp_path: Path) -> None:
    said = weft("demo", "pharma", str(tmp_path / "mine"), "--until", "2025-01-31")
    assert (said.status, "Give 2025-12-30 or a later day." in said.err) == (2, True)
    assert not (tmp_path / "mine").exists()


def test_what_is_no_day_is_refused(weft: Weft, tmp_path: Path) -> None:
    assert weft("demo", "pharma", str(tmp_path / "mine"), "--until", "yesterday").status == 2


def test_a_company_is_made_applied_and_said_in_one_object(weft: Weft, tmp_path: Path) -> None:
    said = weft(
        "demo", "pharma", str(tmp_path / "mine"), "--scale", "0.02", "--seed", "7", "--until", "2026-01-31", "--json"
    )
    assert said.status == 0
    assert said.object["succeeded"]
    assert said.object["folder"] == str(tmp_path / "mine")
