"""Servers are killed while they write the audit trail: nothing that was answered is lost, nothing stands twice, and the chain holds.

`WEFT_SOAK=1` does it for a minute.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from weft.product.audit import GENESIS, Span, digest_of, linked
from weft.registry import open_registry
from weft.settings import Settings

SERVER = """
import sys, threading
from pathlib import Path
from weft.product.audit import AuditedRead, Ending
from weft.registry import open_registry
from weft.settings import Settings

root, url, log = sys.argv[1:]
registry = open_registry(Settings("flights", Path(root), Path(root), url, Path(root)))
read = AuditedRead("ann", "api", {"fleet.planes.plane@1": ("tail",)}, "SELECT tail FROM fleet.planes.plane")
told = open(log, "a", buffering=1)

def serve():
    while True:
        id = registry.audit.begin(read)
        # From here on bytes of an answer would leave: whoever asked knows of it.
        told.write(f"{id}\\n")
        registry.audit.complete(id, Ending("done", 1, 1, 1))

for _ in range(4):
    threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
"""
SERVERS = 2
FEWEST = 20


def test_killed_servers_lose_no_record_and_double_none(any_settings: Settings, tmp_path: Path) -> None:
    seconds = 60.0 if os.environ.get("WEFT_SOAK") else 2.0
    logs = [tmp_path / f"answered-{number}" for number in range(SERVERS)]
    with closing(open_registry(any_settings)) as registry:
        registry.journal.begin("prod", "apply", "ann")
        chance, end = random.Random(7), time.monotonic() + seconds
        # On a slow machine some are killed before they answer anybody: it goes on until there is something to be held against.
        while time.monotonic() < end or len(_answered(logs)) <= FEWEST:
            servers = [started(any_settings, log) for log in logs]
            for server in servers:
                time.sleep(chance.random() * 0.3)
                server.send_signal(signal.SIGKILL)
            for server in servers:
                server.communicate()
            registry.audit.chain.close_abandoned()
        # Whoever answered and was killed before it could say how the read ended is closed by the next that starts.
        registry.audit.chain.close_abandoned()
        found = list(registry.audit.records(Span()))
    answered = _answered(logs)
    began = Counter(record.id for record in found if record.kind == "began")
    ended = Counter(record.id for record in found if record.kind == "completed")
    assert answered <= set(began)
    assert set(began) == set(ended)
    assert set(began.values()) == set(ended.values()) == {1}
    link = GENESIS
    for number, record in enumerate(found, 1):
        link = linked(link, number, record.at, (record.domains, digest_of(record.body)))
        assert (record.number, record.link) == (number, link)


def _answered(logs: list[Path]) -> set[str]:
    return {line for log in logs if log.exists() for line in log.read_text().splitlines()}


def started(settings: Settings, log: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SERVER, str(settings.root), settings.registry, str(log)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    return server
