"""Ctrl-C ends a transfer from afar, however silent the other side is: the run is cancelled, and nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.meshes import A, Made, Source, write_mesh

from weft.session import open_session

PATIENCE_SECONDS = 30
PROMPT_SECONDS = 6
"""Far less than the time that a silent server is waited for."""


def mesh_reading(root: Path, server: str) -> Path:
    source = Source("far", {"n": "integer"}, "n\n1\n")
    write_mesh(root, A("base.kept", [Made("kept", {"n": "integer"}, "FROM far")], [source]))
    contract = root / "domains/base/kept/contracts/far.odcs.yaml"
    said = "{server: files, type: local, path: ../far.csv, format: csv}"
    assert said in contract.read_text()
    contract.write_text(contract.read_text().replace(said, server))
    return root


def interrupted_once(root: Path, is_at_it: Callable[[], bool]) -> float:
    """Applies, interrupts it once the other side is at it, and says how long it took to end."""
    command = [sys.executable, "-W", "ignore", "-m", "weft", "apply", "--mesh", str(root)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_at_it():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        took = time.monotonic() - began
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert said.splitlines()[-1].endswith("interrupted")
    return took


def is_cancelled_and_left_nothing(root: Path) -> bool:
    with open_session(root) as session:
        states = session.registry.journal.facts("runs").column("state").to_pylist()
    left = [path for path in (root / ".weft/store").rglob("*") if path.is_file()]
    return states == ["cancelled"] and left == []


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nn\n1\n"])
def test_ctrl_c_ends_a_download_from_a_server_that_says_nothing(tmp_path: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/far.csv"
        root = mesh_reading(tmp_path / "mesh", f"{{server: files, type: api, location: '{url}'}}")
        server.settimeout(0.01)
        held: list[socket.socket] = []

        def is_at_it() -> bool:
            with suppress(TimeoutError):
                one, _ = server.accept()
                one.settimeout(5)
                held.append(one)
                asked = one.recv(65536)
                # What planning asks is answered; the file itself is not, or not to its end.
                if asked.startswith(b"HEAD"):
                    one.sendall(b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n")
                    one.close()
                else:
                    one.sendall(answer)
                    return True
            return False

        assert interrupted_once(root, is_at_it) < PROMPT_SECONDS
        for one in held:
            one.close()
    assert is_cancelled_and_left_nothing(root)


def test_ctrl_c_ends_a_copy_from_postgresql_and_the_servers_work(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    url = urlsplit(postgres_url)
    monkeypatch.setenv("PGUSER", url.username or "")
    monkeypatch.setenv("PGPASSWORD", url.password or "")
    server = f"{{server: db, type: postgresql, host: {url.hostname}, port: {url.port}, database: {url.path[1:]}, schema: public}}"
    root = mesh_reading(tmp_path / "mesh", server)
    working = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%' AND datname = current_database()"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE VIEW far AS SELECT 1 AS n FROM pg_sleep(600)")

        def is_at_it() -> bool:
            return connection.execute(working).fetchone() == (1,)

        assert interrupted_once(root, is_at_it) < PROMPT_SECONDS
        deadline = time.monotonic() + PATIENCE_SECONDS
        while is_at_it():
            assert time.monotonic() < deadline, "the server goes on"
            time.sleep(0.05)
    assert is_cancelled_and_left_nothing(root)
