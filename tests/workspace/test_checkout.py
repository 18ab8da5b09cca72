"""What git's own files say of the checkout that a mesh lies in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from weft.workspace.checkout import Checkout, checkout_of


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "mesh"
    root.mkdir()
    (root / "mesh.yaml").write_text("name: test\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "begin")
    return root


def test_a_folder_outside_of_git_is_in_no_checkout(tmp_path: Path) -> None:
    assert checkout_of(tmp_path) is None


def test_the_branch_is_read_from_a_folder_below_too(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "feature/x")
    below = repository / "domains"
    below.mkdir()
    assert checkout_of(below) == Checkout(repository, "feature/x", "main")


def test_before_the_first_commit_the_branch_to_be_is_the_default(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "trunk")
    assert checkout_of(tmp_path) == Checkout(tmp_path, "trunk", "trunk")


def test_the_default_is_what_origin_says(repository: Path, tmp_path: Path) -> None:
    git(repository, "branch", "-m", "main", "trunk")
    git(tmp_path, "clone", "-q", str(repository), "clone")
    clone = tmp_path / "clone"
    git(clone, "switch", "-q", "-c", "main")
    assert checkout_of(clone) == Checkout(clone, "main", "trunk")


def test_packed_branches_are_branches(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "x")
    git(repository, "pack-refs", "--all")
    assert checkout_of(repository) == Checkout(repository, "x", "main")


def test_a_worktree_has_its_own_branch_and_the_default_of_its_repository(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "y", str(tmp_path / "tree"))
    assert checkout_of(tmp_path / "tree") == Checkout(tmp_path / "tree", "y", "main")


def test_a_detached_head_is_at_no_branch(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    found = checkout_of(repository)
    assert found is not None
    assert found.branch == ""


def test_a_mesh_that_its_checkout_ignores_is_no_part_of_it(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "x")
    (repository / ".gitignore").write_text("demo/\n")
    (repository / "demo").mkdir()
    (repository / "demo" / "mesh.yaml").write_text("name: demo\n")
    assert checkout_of(repository / "demo") is None
