"""The house stands as drawn: a room imports only from floors below it, and there is no import circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "weft"
FLOORS = {
    10: {"cli"},
    9: {"server"},
    8: {"session"},
    7: {"check", "run", "query", "governance", "profile", "core_data"},
    6: {"workspace", "engine", "store", "registry", "sources", "identity", "wire"},
    5: {"plan", "access"},
    4: {"sql"},
    3: {"product"},
    2: {"standards", "examples"},
    1: {"errors", "names", "versions", "settings"},
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
SQLGLOT = "sqlglot"


def imports(file: Path) -> set[str]:
    """Whole names of what a file imports, typing-only and local imports too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "weft" and len(parts) > 1 else None


FILES = [f for f in sorted(SRC.rglob("*.py")) if f.parent != SRC or f.stem not in {"__init__", "__main__"}]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(SRC)))
def test_a_room_imports_only_from_floors_below(file: Path) -> None:
    room = file.relative_to(SRC).parts[0].removesuffix(".py")
    assert room in FLOOR_OF, f"{room} stands on no floor"
    above = {
        module
        for module in imports(file)
        if (other := room_of(module)) and other != room and FLOOR_OF.get(other, 99) >= FLOOR_OF[room]
    }
    assert not above


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(SRC)))
def test_sqlglot_appears_only_in_the_sql_room(file: Path) -> None:
    if file.relative_to(SRC).parts[0] != "sql":
        assert not {module for module in imports(file) if module.split(".")[0] == SQLGLOT}


def test_no_module_imports_itself_over_others() -> None:
    names = {str(file.relative_to(SRC.parent).with_suffix("")).replace("/", "."): file for file in SRC.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): file for name, file in names.items()}
    reads = {
        name: {one for said in imports(file) if (one := _module(said, modules)) and one != name}
        for name, file in modules.items()
    }
    while leaves := {name for name, read in reads.items() if not read}:
        reads = {name: read - leaves for name, read in reads.items() if name not in leaves}
    assert sorted(reads) == []


def _module(said: str, modules: dict[str, Path]) -> str | None:
    """`a.b.name` is the module `a.b.name` where there is one, else `a.b`."""
    return said if said in modules else above if (above := said.rpartition(".")[0]) in modules else None
