"""The provider as a process of the tests' own, and a browser of a few lines that signs in there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.conftest import ends_with_its_parent, free_port

HERE = Path(__file__).parent
FORM = re.compile(r'action="([^"]+)"')
SECRETS = {
    "weft": "a secret: with /odd+ characters&%",
    "weft-post": "another-secret",
    "weft-public": "",
    "weft-edwards": "a-third-secret",
}
HOPS = 12


@dataclass(frozen=True)
class Running:
    issuer: str


@contextmanager
def running(redirect_uris: Sequence[str], port: int = 0) -> Iterator[Running]:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "oidc-provider").is_dir():
        missing = "NO OIDC PROVIDER: node is missing, or `npm ci` was not run in tests/identity/oidc_provider; `make test` does"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    port = port or free_port()
    process = subprocess.Popen(
        [node, "provider.mjs", str(port), *redirect_uris],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=ends_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509 one call, no lock
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.strip() == "listening":
            break
    else:
        pytest.fail(f"the provider did not start: {''.join(said)}")
    try:
        yield Running(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def signed_in_there(url: str, login: str, back: str, browser: httpx.Client) -> httpx.URL:
    """Follows a browser from where we sent it, through the provider's own forms, to where the provider sends it back."""
    answer = browser.get(url)
    for _ in range(HOPS):
        if "location" in answer.headers:
            to = answer.url.join(answer.headers["location"])
            if str(to).startswith(back):
                return to
            answer = browser.get(to)
            continue
        found = FORM.search(answer.text)
        assert answer.status_code == 200 and found, answer.text
        form = {"prompt": "login", "login": login, "password": "any"}
        if 'value="consent"' in answer.text:
            form = {"prompt": "consent"}
        answer = browser.post(answer.url.join(found[1]), data=form)
    raise AssertionError("the provider goes in a circle")
