"""Patches that git takes, whatever a file holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from weft.workspace.patching import unified
from weft.workspace.text import text_of

FILE = "a folder/decisions.csv"


@pytest.mark.parametrize(
    "before",
    [
        None,
        b"",
        b"one\ntwo\n",
        b"one\r\ntwo\r\n",
        b"one\ntwo",
        "one\u2028and more\ntwo\x0c\x85\n".encode(),
        b'one,"an old\rMacintosh"\ntwo\n',
        b"\xef\xbb\xbfone\ntwo\n",
    ],
)
@pytest.mark.parametrize("added", ["three\n", "three\u2028of\x1cit\rall\n"])
def test_git_makes_of_the_file_what_was_meant(tmp_path: Path, before: bytes | None, added: str) -> None:
    text = text_of(before or b"", FILE)
    after = text + ("" if not text or text.endswith("\n") else "\n") + added
    (tmp_path / FILE).parent.mkdir()
    if before is not None:
        (tmp_path / FILE).write_bytes(before)
    said = unified(FILE, before, after)
    subprocess.run(["git", "apply", "-"], input=said.encode(), cwd=tmp_path, check=True)
    mark = b"\xef\xbb\xbf" if (before or b"").startswith(b"\xef\xbb\xbf") else b""
    assert (tmp_path / FILE).read_bytes() == mark + after.encode()
