"""`weft serve`, as a process: it says where it is, answers, and stops gracefully."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

WAIT_SECONDS = 30


@contextmanager
def serving(folder: Path, *given: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process, and what it printed once it took requests."""
    (folder / "mesh.yaml").write_text("name: shop\n")
    command = [sys.executable, "-m", "weft", "serve", "--port", "0", "--json", *given]
    whole = {**os.environ, **environment}
    process = subprocess.Popen(
        command, cwd=folder, env=whole, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], process.communicate()[1]
        yield process, json.loads("".join(lines))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, said):
        assert httpx.get(f"{said['url']}/health", trust_env=False).json() == {"status": "alive"}
        process.send_signal(number)
        _, log = process.communicate(timeout=WAIT_SECONDS)
        assert process.returncode == 0
    assert "Traceback" not in log
    (line,) = [json.loads(text) for text in log.splitlines() if text.startswith("{")]
    assert (line["path"], line["status"]) == ("/health", 200)


def test_two_run_side_by_side_on_one_registry(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, one), serving(tmp_path) as (_, other):
        assert one["url"] != other["url"]
        for said in (one, other):
            assert httpx.get(f"{said['url']}/ready", trust_env=False).json()["status"] == "ready"


def test_systemd_is_told_when_it_takes_requests_and_when_it_stops(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(WAIT_SECONDS)
        with serving(tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as (process, _):
            assert told.recv(64) == b"READY=1"
            process.terminate()
            assert told.recv(64) == b"STOPPING=1"


def test_a_port_that_is_taken_is_said_in_a_word(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("name: shop\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "weft", "serve", "--port", str(port)]
        done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert f"nothing can listen at 127.0.0.1:{port}" in done.stderr
    assert f"--port {port + 1}" in done.stderr
