"""The demo's folder: what is written there, what is left alone, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from weft.errors import Misuse
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
