"""`weft serve`, as a process: it says where it is, answers, and stops gracefully."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from weft.access import OWNER
from weft.session import open_session
from weft.session.people import services, tokens

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


def test_a_query_that_runs_comes_to_its_end_before_the_server_does(tmp_path: Path) -> None:
    sql = "SELECT sum(a.i * b.i) AS n FROM range(15000) a(i), range(15000) b(i)"
    with serving(tmp_path) as (process, said), ThreadPoolExecutor() as pool:
        with open_session(tmp_path) as session:
            services.make(session.registry, OWNER, "sales/till")
            wanted = tokens.Wanted("till", ("query",), 1)
            secret = tokens.make(session.registry, session.settings.sign_in, OWNER, wanted, "sales/till").secret
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"{said['url']}/api/v1/query"
        asked = pool.submit(httpx.post, url, json={"sql": sql}, headers=headers, trust_env=False, timeout=WAIT_SECONDS)
        time.sleep(0.5)
        process.terminate()
        answer = asked.result()
        assert (answer.status_code, len(answer.text.splitlines())) == (200, 1), answer.text
        process.communicate(timeout=WAIT_SECONDS)
        assert process.returncode == 0


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
