"""`import weft`: cheap, and known to editors and type checkers."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import weft
from weft import errors


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import weft; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["weft"]


def test_every_name_is_there() -> None:
    assert all(getattr(weft, name) is not None for name in weft.__all__)
    assert set(weft.__all__) <= set(dir(weft))


def test_every_error_is_among_the_names() -> None:
    known = {n for n, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.WeftError)}
    assert known <= set(weft.__all__)
    assert weft.Moved is errors.Moved


def test_the_version_is_the_installed_one() -> None:
    assert weft.__version__ == version("weft")


def test_a_name_that_it_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'opne'"):
        _ = weft.opne  # type: ignore[attr-defined]


TYPED = """
from collections.abc import Mapping
import weft
from weft import table

@table("runs@1", reads={"planes": "plane.planes"})
def runs(planes: Mapping[str, int]) -> list[dict[str, int]]:
    return [dict(planes)]

def main() -> int:
    with weft.open("folder", environment="prod") as mesh:
        run = mesh.apply("fleet.*", progress=lambda event: print(event.product)).raise_for_failure()
        result = mesh.query("SELECT 1")
        reveal_type(mesh.plan().is_empty)
        reveal_type(result.relation())
        reveal_type([hit.name for hit in mesh.search("planes")])
        reveal_type(weft.__version__)
        reveal_type(weft.Moved("a", 1, 2).mend)
        return len(run.products)
"""

OURS = """
[mypy]
strict = true
follow_imports = silent
[mypy-alembic.*,pandas.*,polars.*,psycopg.*,pyarrow.*,rich.*,sqlalchemy.*,sqlglot.*,yaml.*]
follow_imports = skip
ignore_missing_imports = true
"""


def test_a_script_that_uses_it_is_strictly_typed(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(TYPED)
    (tmp_path / "mypy.ini").write_text(OURS)
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", f"--cache-dir={os.devnull}", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    revealed = [
        line.partition("Revealed type is ")[2].strip('"') for line in done.stdout.splitlines() if "note" in line
    ]
    assert done.returncode == 0, done.stdout + done.stderr
    assert revealed[0].endswith("bool")
    assert revealed[1].endswith("DuckDBPyRelation")
    assert all(kind.removeprefix("builtins.") in ("str", "list[str]", "list[builtins.str]") for kind in revealed[2:])
