"""Files that a verb wrote, relative to where the person stands, and what to do next."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from weft.cli.render.json_out import write_json
from weft.cli.render.terminal import paint, say


def show_written(files: Sequence[Path], next_step: str, notes: Sequence[str] = (), *, json: bool) -> None:
    """JSON: {"written": [file, ...], "notes": [text, ...]}, each file as it is seen from the current folder."""
    shown = [near(file) for file in files]
    if json:
        write_json({"written": shown, "notes": list(notes)})
        return
    for file in shown:
        print(f"{paint('wrote', 'green')} {file}")
    for note in notes:
        say(f"note: {note}", "yellow")
    say(next_step, "dim")


def near(path: Path) -> str:
    """Relative to the current folder where it lies in it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative
