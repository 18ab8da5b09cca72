"""What a branch changed: the files below the mesh that differ from where it left another, asked of git."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from weft.errors import Misuse

GIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Since:
    """`base` and `commit` are full hashes; `files` are relative to the mesh's root, `folder` is where the checkout lies."""

    folder: Path
    base: str
    commit: str
    files: tuple[str, ...]


def changed_since(root: Path, ref: str) -> Since:
    """From the commit that this checkout and `ref` have in common to what lies in the folders now, committed or not.

    Raises: Misuse where there is no git, no checkout, or no such commit here.
    """
    if ref.startswith("-") or not ref.strip():
        raise Misuse(f"'{ref}' is no branch, tag or commit", mend="Say --base origin/main, for example.")
    folder = Path(_git(root, "rev-parse", "--show-toplevel"))
    commit = _git(root, "rev-parse", "HEAD")
    known = _known(root, ref)
    try:
        base = _git(root, "merge-base", known, "HEAD")
    except Misuse as error:
        raise Misuse(
            f"this branch and {ref} have no commit in common here",
            mend="Fetch the history: `git fetch --unshallow`, or fetch-depth: 0 where CI checks out.",
        ) from error
    changed = _git(root, "diff", "--name-only", "--relative", "--no-renames", "-z", base, "--", ".")
    added = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    files = {name for name in (changed + "\0" + added).split("\0") if name}
    return Since(folder, base, commit, tuple(sorted(files)))


def _known(root: Path, ref: str) -> str:
    """A branch that CI did not make here is looked for at `origin`."""
    for name in (ref, f"origin/{ref}"):
        try:
            return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except Misuse:
            continue
    raise Misuse(f"there is no commit '{ref}' in this checkout", mend=f"Fetch it: `git fetch origin {ref}`.")


def _git(root: Path, *arguments: str) -> str:
    """What git says, without the line's end. Raises: Misuse, with git's own words."""
    plain = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        ran = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, timeout=GIT_SECONDS, check=False, env=plain
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Misuse("git is needed to know what a branch changed, and it does not run here") from error
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
        mend = "Run it in a git checkout." if "not a git repository" in said else ""
        raise Misuse(f"git does not know what this branch changed: {said or 'it gives no reason'}", mend=mend)
    return ran.stdout.decode("utf-8", "surrogateescape").rstrip("\n")
