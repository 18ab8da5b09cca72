"""Other tools' environments: made by the bench, each of its own, or said not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class NotToBeHad(Exception):
    """A peer could not be installed here; the message is the last that the installer said."""


def environment(folder: Path, requirements: Sequence[str]) -> Path:
    """The folder of a virtual environment's programs. Wheels only: no peer may build itself here. Raises: NotToBeHad."""
    programs, ready = folder / "bin", folder / "ready"
    wanted = "\n".join(requirements)
    if ready.exists() and ready.read_text() == wanted:
        return programs
    uv = str(Path(sys.executable).with_name("uv"))
    _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)])
    _run(
        [uv, "pip", "install", "--quiet", "--only-binary", ":all:", "--python", str(programs / "python"), *requirements]
    )
    ready.write_text(wanted)
    return programs


def _run(arguments: list[str]) -> None:
    compiled = {**os.environ, "UV_COMPILE_BYTECODE": "1", "UV_PYTHON_DOWNLOADS": "never"}
    try:
        subprocess.run(arguments, check=True, capture_output=True, text=True, env=compiled)
    except FileNotFoundError as error:
        raise NotToBeHad(f"{arguments[0]} is missing; `make setup` brings it") from error
    except subprocess.CalledProcessError as error:
        raise NotToBeHad(str(error.stderr).strip().splitlines()[-1]) from error
