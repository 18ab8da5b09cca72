"""The demo's folder: what is written there, what is left alone, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from weft.errors import Misuse
from weft.examples.pharma import Amount
from weft.session.demo import DATA_FILES, example_folder, make_demo


def test_a_demo_is_the_example_with_its_data(tmp_path: Path) -> None:
    root = make_demo(tmp_path / "demo")
    files = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
    there = (path.relative_to(example_folder()) for path in example_folder().rglob("*") if path.is_file())
    example = {path for path in there if path.parts[0] not in (".weft", "data")}
    assert files == example | {Path("data", name) for name in DATA_FILES}


def test_a_demo_made_again_is_brought_up_to_the_example_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    root = make_demo(tmp_path)
    (root / "mesh.yaml").write_text("name: changed\n")
    (root / ".weft").mkdir()
    (root / ".weft" / "registry.db").write_text("recorded")
    before = (root / "data" / "weather.csv").stat().st_mtime_ns
    make_demo(tmp_path)
    assert "name: flights" in (root / "mesh.yaml").read_text()
    assert (root / ".weft" / "registry.db").read_text() == "recorded"
    assert (root / "data" / "weather.csv").stat().st_mtime_ns == before


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Misuse, match="holds something else"):
        make_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_folder_for_a_demo(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    with pytest.raises(Misuse, match="is a file"):
        make_demo(tmp_path / "demo")


SMALL = Amount(scale=0.02, weeks=40, call_days=20, npp_days=2)


def test_a_company_is_made_with_its_data(tmp_path: Path) -> None:
    root = make_demo(tmp_path / "demo", "pharma", SMALL)
    assert (root / "domains" / "payer" / "plans" / "product.odps.yaml").is_file()
    assert (root / "data" / "public" / "partd_plans.csv").is_file()


def test_a_company_made_again_until_a_later_day_receives_what_came_since(tmp_path: Path) -> None:
    def rx(root: Path) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (root / "data" / "syndicated" / "rx").iterdir()}

    before = rx(make_demo(tmp_path, "pharma", replace(SMALL, until=date(2026, 6, 19))))
    after = rx(make_demo(tmp_path, "pharma", SMALL))
    assert before.items() < after.items()
    assert rx(make_demo(tmp_path, "pharma", replace(SMALL, until=date(2026, 6, 19)))) == before


def test_one_demo_is_not_written_over_another(tmp_path: Path) -> None:
    make_demo(tmp_path)
    with pytest.raises(Misuse, match="holds something else"):
        make_demo(tmp_path, "pharma", SMALL)
