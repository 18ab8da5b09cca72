"""The git checkout that a mesh lies in: its branch, and the default one, read from git's own files."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

BRANCHES = "refs/heads/"
ORIGIN = "refs/remotes/origin/"
USUAL = ("main", "master")
GIT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Checkout:
    """`branch` is empty where HEAD is at none; `default` is what `origin` says, else `main` or `master`, whichever is there."""

    folder: Path
    branch: str
    default: str


def checkout_of(root: Path) -> Checkout | None:
    """None where the mesh lies in no git checkout, or in one that ignores it."""
    for folder in (root, *root.parents):
        if (git := _git_folder(folder / ".git")) is not None:
            branch, default = _after(git / "HEAD", BRANCHES), _default(_common(git))
            if branch != default and _is_ignored(root):
                return None
            return Checkout(folder, branch, default)
    return None


def _git_folder(path: Path) -> Path | None:
    """`.git` is a folder, or a file that says where it is (a worktree, a submodule)."""
    if path.is_dir():
        return path if (path / "HEAD").is_file() else None
    if path.is_file():
        said = _line(path).removeprefix("gitdir:").strip()
        return found if said and (found := (path.parent / said)).is_dir() else None
    return None


def _common(git: Path) -> Path:
    """A worktree has branches in common with the checkout that it is of."""
    said = _line(git / "commondir")
    return (git / said).resolve() if said else git


def _default(git: Path) -> str:
    if told := _after(git / "refs/remotes/origin/HEAD", ORIGIN):
        return told
    packed = _text(git / "packed-refs")
    known = [name for name in USUAL if (git / BRANCHES / name).is_file() or f" {BRANCHES}{name}\n" in packed]
    return known[0] if known else _after(git / "HEAD", BRANCHES) if _is_unborn(git) else ""


def _is_unborn(git: Path) -> bool:
    """Whether nothing is committed yet: then the branch that will be born is the default one."""
    return not any(path.is_file() for path in (git / BRANCHES).rglob("*")) and BRANCHES not in _text(
        git / "packed-refs"
    )


def _after(path: Path, prefix: str) -> str:
    found = _line(path).removeprefix("ref:").strip()
    return found.removeprefix(prefix) if found.startswith(prefix) else ""


def _line(path: Path) -> str:
    return _text(path).partition("\n")[0].strip()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _is_ignored(root: Path) -> bool:
    """A mesh that the checkout ignores is no part of it. Where git is not installed, nothing is taken for ignored."""
    command = ["git", "-C", str(root), "check-ignore", "--quiet", "mesh.yaml"]
    try:
        return subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
