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
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.catalogue_mesh import DOMAINS, MATTERS, PARTS, SUBJECTS, Size, write
from bench.report import machine

if TYPE_CHECKING:
    import httpx

HERE = Path(__file__).parent
FOLDER, RUNS = HERE / ".work" / "catalogue", 40
SETTLES_SECONDS = 8.0
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


@dataclass(frozen=True)
class Took:
    """What one kind of question took, in milliseconds."""

    question: Question
    p50: float
    p95: float

    @property
    def is_kept(self) -> bool:
        return self.p95 < self.question.most


@dataclass(frozen=True)
class Found:
    """`first` is the first search after the start, in milliseconds; memory is in MiB, with the workers'."""

    started_seconds: float
    idle: float
    first: float
    took: tuple[Took, ...]
    afterwards: float


def measured(folder: Path, runs: int, tell: Callable[[str], None]) -> Found:
    """One reader asks one question after the other."""
    import httpx

    built(folder)
    with serving(folder) as (url, process, started):
        idle = mebibytes(process)
        headers = {"Authorization": f"Bearer {token(folder)}"}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
            first = _milliseconds(client, "/api/v1/search?words=orders")
            time.sleep(SETTLES_SECONDS)
            took = []
            for question in questions(runs):
                took.append(_took(client, question))
                tell(_line(took[-1]))
        return Found(started, idle, first, tuple(took), mebibytes(process))


def _took(client: httpx.Client, question: Question) -> Took:
    took = [_milliseconds(client, path) for path in question.paths]
    return Took(question, statistics.median(took), statistics.quantiles(took, n=20)[-1])


def _milliseconds(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - began) * 1000


def lines(found: Found) -> Iterator[str]:
    """Markdown."""
    yield (
        f"Takes requests {found.started_seconds:.1f} s after it was started, with {found.idle:,.0f} MiB; the first search then takes "
        f"{found.first:,.0f} ms. After all of these questions it has {found.afterwards:,.0f} MiB.\n"
    )
    yield "| | p50 | p95 | promised |"
    yield "|---|---|---|---|"
    yield from map(_line, found.took)


def _line(took: Took) -> str:
    said = f"{took.question.most:.0f} ms{'' if took.is_kept else ' (not kept)'}"
    return f"| {took.question.what} | {took.p50:.0f} ms | {took.p95:.0f} ms | {said} |"


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.serving_catalogue", description=__doc__)
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--folder", type=Path, default=FOLDER)
    asked = options.parse_args()
    print(machine())
    found = measured(asked.folder, asked.runs, lambda text: print(text, flush=True))
    print("\n".join(lines(found)))
    return 0 if all(one.is_kept for one in found.took) else 1


if __name__ == "__main__":
    raise SystemExit(main())
