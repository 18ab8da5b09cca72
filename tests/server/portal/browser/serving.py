"""A mesh behind `weft serve`, in a process of its own, with people who have accounts there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from shutil import copytree
from typing import IO, Any

import httpx
from tests.conftest import ends_with_its_parent
from tests.session.people.crowd import PASSWORD, People

from weft.access import Grant, Reader
from weft.session import Session, open_session

END_SECONDS = 20.0
OWNER_OF = {
    "analytics": "mia.novak@flights.example",
    "fleet": "karl.jensen@flights.example",
    "network": "ines.moreau@flights.example",
    "operations": "ana.ruiz@flights.example",
    "weather": "aiko.tanaka@flights.example",
}
"""Who owns which domain of the example, as its `domain.yaml` says."""
STEWARD = "ben.cole@flights.example"
"""Of operations, as its `domain.yaml` says."""
GOVERNOR, AUDITOR, PLATFORM = "gita.rao@flights.example", "paul.weber@flights.example", "sam.lind@flights.example"
READER, NEWCOMER = "nora.berg@flights.example", "leo.hart@flights.example"
"""Without any role."""
SELLER, SELLER_WITHOUT_NAMES = "olga@shop.example", "dora@shop.example"
"""Who look after the core data of customers; the second may not see what is of a person."""


@dataclass(frozen=True)
class Served:
    """A served mesh: where it is, and its folder. `administrator` is the link that its first administrator comes in by."""

    url: str
    root: Path
    administrator: str
    session: Session

    @cached_property
    def people(self) -> People:
        return People(self.session.registry, self.session.settings)

    def joined(self, name: str, *grants: Grant) -> Reader:
        """Somebody who accepted an invitation before: an account with `PASSWORD`."""
        return self.people.joined(name, *grants)

    def invited(self, name: str, *grants: Grant) -> str:
        """The link that a newcomer is sent."""
        from dataclasses import replace

        from weft.access import OWNER
        from weft.session.people.accounts import invite

        settings = self.session.settings
        reached = replace(settings, server=replace(settings.server, url=self.url))
        return invite(self.session.registry, reached, OWNER, name, grants).url

    @contextmanager
    def program(self, name: str) -> Iterator[httpx.Client]:
        """Speaks with the API as our own pages do, as one of the people."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as client:
            answer = client.post("/api/v1/sign-in", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client

    def cookies(self, name: str) -> list[Any]:
        """What the browser of somebody who signed in keeps."""
        with self.program(name) as program:
            return [
                {"name": one.name, "value": one.value, "url": self.url, "httpOnly": True} for one in program.cookies.jar
            ]


@contextmanager
def served_copy(mesh: Path, root: Path) -> Iterator[Served]:
    """A copy of its own: whatever is done there is done to nobody else."""
    copytree(mesh, root, ignore_dangling_symlinks=True)
    with serving(root) as found:
        yield found


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "weft", "serve", "--port", "0", "--json", "--mesh", root],
        stdout=subprocess.PIPE,
        stderr=(log := (root.parent / f"{root.name}.log").open("w+")),
        text=True,
        preexec_fn=ends_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509 one call, no lock
    )
    assert process.stdout is not None
    try:
        told = _told(process.stdout, log)
        with open_session(root) as session:
            yield Served(told["url"], root, told["administrator"], session)
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        finally:
            process.kill()
            process.stdout.close()
            log.close()


def _told(out: IO[str], log: IO[str]) -> dict[str, str]:
    """The one object that it prints once it listens."""
    said = ""
    while not said.endswith("\n}\n"):
        line = out.readline()
        log.seek(0)
        assert line, f"the server did not start: {said}{log.read()}"
        said += line
    found: dict[str, str] = json.loads(said)
    return found


def crowd(served: Served) -> None:
    """An account for everybody above but the newcomer, who is invited in their story."""
    for name in (*OWNER_OF.values(), STEWARD, READER, SELLER, SELLER_WITHOUT_NAMES):
        served.joined(name)
    served.joined(GOVERNOR, Grant("governance"))
    served.joined(AUDITOR, Grant("auditor"))
    served.joined(PLATFORM, Grant("platform"))
