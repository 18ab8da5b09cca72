"""Deletes the files that nobody needs: only what is named as a store names it, never through a link, never outside."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from weft.names import SORTABLE_ID, RunId

SCRATCH = ".scratch"
FILE = re.compile(rf"(?:tmp_)?({SORTABLE_ID.pattern})-\d+\.parquet(?:\..*)?")
"""DuckDB writes `tmp_...` first where a file is there already."""
FOLDER_DEPTH = 3
"""Domain, product, table: what lies deeper or higher is not ours."""
IN_USE_SECONDS = 3600.0
"""A folder touched so lately may be about to be written to, and stays though it is empty."""


def sweep(root: Path, kept: frozenset[str], alive: frozenset[RunId]) -> tuple[int, int]:
    """How many files went, and their bytes. A file or folder that vanishes meanwhile is somebody else's sweep."""
    files = size = 0
    for scratch in _entries(root / SCRATCH):
        if SORTABLE_ID.fullmatch(scratch.name) and is_over(RunId(scratch.name), alive):
            shutil.rmtree(scratch.path, ignore_errors=True)
    for folder in _folders(root, FOLDER_DEPTH):
        before = _touched_at(folder)
        relative = folder.relative_to(root).as_posix()
        for entry in _entries(folder):
            run = run_of(entry.name)
            if run and is_over(run, alive) and f"{relative}/{entry.name}" not in kept:
                deleted = _deleted(entry)
                files, size = files + len(deleted), size + sum(deleted)
        _remove_if_empty(folder, root, before)
    return files, size


def run_of(name: str) -> RunId | None:
    """The run that a file of the store is of; None where it is no file of the store's."""
    match = FILE.fullmatch(name)
    return RunId(match[1]) if match else None


def is_over(run: RunId, alive: frozenset[RunId]) -> bool:
    """Whether a run's files may go: it is not alive, nor has it begun after all that were when this was asked."""
    return run not in alive and (not alive or run < max(alive))


def _folders(root: Path, depth: int) -> Iterator[Path]:
    for entry in _entries(root):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            if depth == 1:
                yield Path(entry.path)
            else:
                yield from _folders(Path(entry.path), depth - 1)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    if folder.is_symlink():
        return []
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _deleted(entry: os.DirEntry[str]) -> tuple[int, ...]:
    """Its bytes, or nothing where it was gone already; a link goes, what it points to stays."""
    try:
        size = entry.stat(follow_symlinks=False).st_size
        Path(entry.path).unlink()
    except FileNotFoundError:
        return ()
    return (size,)


def _touched_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _remove_if_empty(folder: Path, root: Path, touched_at: float) -> None:
    """A table's folder, and its product's and domain's where they held nothing else."""
    if time.time() - touched_at < IN_USE_SECONDS:
        return
    for empty in (folder, *folder.parents):
        if empty == root:
            return
        try:
            empty.rmdir()
        except OSError:
            return
