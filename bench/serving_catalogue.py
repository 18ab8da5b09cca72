"""A catalogue of 50 domains, 500 products and 5,000 tables over HTTP: what each question takes, and what the server needs.

`python -m bench.serving_catalogue [--runs 40] [--folder FOLDER]`. A real `weft serve`, asked by a reader with a token who belongs to no domain.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.catalogue_mesh import DOMAINS, MATTERS, PARTS, SUBJECTS, Size, write
from bench.report import machine

HERE = Path(__file__).parent
PROMISED_SEARCH, PROMISED_PRODUCT = 100.0, 150.0
"""Milliseconds, of the 95th of 100."""


@dataclass(frozen=True)
class Question:
    """One kind of question; `paths` are asked one after the other. `most` is what is promised of its p95, in milliseconds."""

    what: str
    paths: tuple[str, ...]
    most: float


def questions(runs: int) -> Iterator[Question]:
    chance = random.Random(7)
    products = [f"{chance.choice(DOMAINS)}.{chance.choice(SUBJECTS)}" for _ in range(runs)]
    tables = [f"{name}.{name.partition('.')[2]}_{chance.choice(PARTS)}" for name in products]
    words = [f"{chance.choice(SUBJECTS)} {chance.choice(MATTERS)}" for _ in range(runs)]
    typos = [f"{word[:3]}{word[4:]}" for word in words]
    for what, said in (("two words", words), ("one word", SUBJECTS), ("a typing error", typos)):
        yield Question(f"search, {what}", tuple(f"/api/v1/search?words={w}" for w in said), PROMISED_SEARCH)
    for what, path, names in (
        ("a product's page", "products/{}", products),
        ("its versions", "products/{}/versions", products),
        ("its tables", "tables?within={}", products),
        ("its columns", "columns?within={}", products),
        ("its runs", "runs/of/{}", products),
        ("its notices", "notices?name={}", products),
        ("its lineage", "lineage/{}?depth=2&columns=false", products),
        ("a table's page", "tables/{}", tables),
        ("its checks", "tables/{}/checks", tables),
        ("its lineage, by columns", "lineage/{}?depth=2", tables),
    ):
        yield Question(what, tuple(f"/api/v1/{path.format(name)}" for name in names), PROMISED_PRODUCT)


def built(folder: Path) -> Path:
    """The mesh, built once and kept."""
    if not (folder / ".weft" / "registry.db").exists():
        write(folder, Size())
        subprocess.run([_weft(), "apply", "--env", "prod", "--mesh", str(folder)], check=True, capture_output=True)
    return folder


def _weft() -> str:
    return str(Path(sys.executable).with_name("weft"))


def token(folder: Path) -> str:
    """Of a service that has no role and no agreement: for it everything has to be decided."""
    from weft.access import OWNER
    from weft.errors import WeftError
    from weft.session import open_session
    from weft.session.people import services, tokens

    name = "sales/bench"
    with open_session(folder) as session:
        with suppress(WeftError):
            services.make(session.registry, OWNER, name)
        wanted = tokens.Wanted(f"bench{time.time_ns()}", ("catalogue",), 1)
        return tokens.make(session.registry, session.settings.sign_in, OWNER, wanted, name).secret


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Its address, its process, and the seconds until it took requests."""
    environment = {**os.environ, "WEFT_SERVER_READER_PER_MINUTE": "0", "WEFT_SERVER_ORIGIN_PER_MINUTE": "0"}
    began = time.perf_counter()
    command = [_weft(), "serve", "--port", "0", "--json", "--mesh", str(folder)]
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            said = ""
            while not said.endswith("}\n"):
                line = server.stdout.readline() if server.stdout else ""
                if not line:
                    raise RuntimeError("the server did not start")
                said += line
            yield json.loads(said)["url"], server.pid, time.perf_counter() - began
        finally:
            server.terminate()


def mebibytes(process: int) -> float:
    """Resident, of the process and of those that it started."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 + sum(mebibytes(int(child)) for child in children)


def main() -> int:
    import httpx

    options = argparse.ArgumentParser(prog="python -m bench.serving_catalogue", description=__doc__)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--folder", type=Path, default=HERE / ".work" / "catalogue")
    asked = options.parse_args()
    folder = built(asked.folder)
    print(machine())
    kept = True
    with serving(folder) as (url, process, started):
        print(f"started in {started:.2f} s; idle {mebibytes(process):,.0f} MiB with its workers")
        headers = {"Authorization": f"Bearer {token(folder)}"}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            began = time.perf_counter()
            client.get("/api/v1/search", params={"words": "orders"}).raise_for_status()
            print(f"the first search, right after the start: {(time.perf_counter() - began) * 1000:,.0f} ms")
            time.sleep(8)
            for question in questions(asked.runs):
                kept &= _asked(client, question)
        print(f"afterwards {mebibytes(process):,.0f} MiB")
    return 0 if kept else 1


def _asked(client: object, question: Question) -> bool:
    took = []
    for path in question.paths:
        began = time.perf_counter()
        answer = client.get(path)  # type: ignore[attr-defined]
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    p95 = statistics.quantiles(took, n=20)[-1]
    held = p95 < question.most
    print(
        f"{question.what:28} p50 {statistics.median(took):6.1f} ms   p95 {p95:6.1f} ms   "
        f"promised {question.most:.0f}{'' if held else '  NOT KEPT'}",
        flush=True,
    )
    return held


if __name__ == "__main__":
    raise SystemExit(main())
