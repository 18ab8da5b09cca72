"""The portal over a catalogue of 50 domains, 500 products and 5,000 tables: first bytes, script, and a large graph in a real browser.

`python -m bench.portal [--runs 40] [--folder FOLDER]`. A real `weft serve`, and a person without any role: for them everything has to be decided.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.catalogue_mesh import DOMAINS, MATTERS, SUBJECTS, Size, products
from bench.report import machine
from bench.serving_catalogue import FOLDER, RUNS, SETTLES_SECONDS, built

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser, Page
    from tests.server.portal.browser.serving import Served

PERSON = "nora.berg@mesh.example"
FIRST_BYTE_MS, SCRIPT_BYTES, GRAPH_MS = 200.0, 300_000, 1_500.0
GRAPH_NODES, GRAPH_RUNS = 1_000, 7
LARGE_GRAPH = "/lineage/{domain}?level=columns"
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  const frame = document.querySelector("[data-graph]"), svg = frame.querySelector("svg");
  frame.focus();
  done({ nodes: svg.querySelectorAll(".node").length, width: svg.width.baseVal.value, milliseconds: performance.now() });
})))"""
"""What is drawn, and the milliseconds since its address was asked for."""


@dataclass(frozen=True)
class Kind:
    """One kind of page; `paths` are opened one after the other."""

    what: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Took:
    """Milliseconds to the first byte of each page, and the bytes of script of the largest; of one kind."""

    kind: Kind
    first_bytes: tuple[float, ...]
    script: int

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.first_bytes, n=20)[-1]


@dataclass(frozen=True)
class Found:
    """`graphs` are milliseconds until a graph of `nodes` was drawn and answered a key."""

    took: tuple[Took, ...]
    nodes: int
    graphs: tuple[float, ...]

    @property
    def p95(self) -> float:
        return statistics.quantiles([one for took in self.took for one in took.first_bytes], n=20)[-1]

    @property
    def is_kept(self) -> bool:
        script = max(took.script for took in self.took)
        return self.p95 <= FIRST_BYTE_MS and script <= SCRIPT_BYTES and statistics.median(self.graphs) <= GRAPH_MS


def kinds(size: Size, runs: int) -> Iterator[Kind]:
    """The pages that people open, over the whole mesh by chance."""
    chance = random.Random(7)
    picked = chance.choices(list(products(size)), k=runs)
    tables = [f"{one.whole}.{chance.choice(one.tables)}" for one in picked]
    words = [f"{chance.choice(SUBJECTS)}+{chance.choice(MATTERS)}" for _ in range(runs)]
    for what, paths in (
        ("home", ["/"] * runs),
        ("search", [f"/search?q={word}" for word in words]),
        ("search while typing", [f"/search?part=hits&q={word[:5]}" for word in words]),
        ("domains", ["/domains"] * runs),
        ("a domain", [f"/domains/{one.domain}" for one in picked]),
        ("a product", [f"/products/{one.whole}" for one in picked]),
        ("a table", [f"/tables/{name}" for name in tables]),
        ("lineage of the mesh", ["/lineage"] * runs),
        ("lineage of a product", [f"/lineage/{one.whole}" for one in picked]),
        ("lineage of a table, by columns", [f"/lineage/{name}?level=columns" for name in tables]),
        ("workbench", [f"/query?table={name}" for name in tables]),
        ("requests", ["/requests"] * runs),
        ("to ask for a table", [f"/requests/new?table={name}" for name in tables]),
        ("governance", ["/governance"] * runs),
        ("who can read what", [f"/governance/sight?table={name}" for name in tables]),
        ("runs", ["/runs"] * runs),
        ("runs of a product", [f"/runs?name={one.whole}" for one in picked]),
    ):
        yield Kind(what, tuple(paths))


def measured(folder: Path, runs: int, tell: Callable[[str], None]) -> Found:
    from tests.server.portal.browser.chromium import launched
    from tests.server.portal.browser.serving import serving

    from weft.errors import WeftError

    built(folder)
    with serving(folder) as served, launched() as browser:
        with suppress(WeftError):
            served.joined(PERSON)
        time.sleep(SETTLES_SECONDS)
        page = opened(browser, served)
        took = []
        with served.program(PERSON) as program:
            for kind in kinds(Size(), runs):
                took.append(Took(kind, first_bytes(program, kind.paths), script_bytes(page, served, kind)))
                tell(_line(took[-1]))
        graphs = [graph(page, served, LARGE_GRAPH.format(domain=DOMAINS[n])) for n in range(GRAPH_RUNS)]
        return Found(tuple(took), min(nodes for nodes, _ in graphs), tuple(ms for _, ms in graphs))


def opened(browser: Browser, served: Served) -> Page:
    """A page of somebody who signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(served.cookies(PERSON))
    return context.new_page()


def first_bytes(program: httpx.Client, paths: Sequence[str]) -> tuple[float, ...]:
    """Milliseconds from asking until the first of a page came, one after the other."""
    return tuple(_first_byte(program, path) for path in paths)


def _first_byte(program: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    with program.stream("GET", path, headers={"Accept": "text/html"}) as answer:
        next(answer.iter_raw())
        took = (time.perf_counter() - began) * 1000
        answer.raise_for_status()
        return took


def script_bytes(page: Page, served: Served, kind: Kind) -> int:
    """Of all scripts that a page loads before anything on it is pressed, as they come over the wire."""
    found: list[int] = []

    def add(response: object) -> None:
        if response.request.resource_type == "script":  # type: ignore[attr-defined]
            found.append(len(response.body()))  # type: ignore[attr-defined]

    if "part=" in kind.paths[0]:
        return 0
    page.on("response", add)
    page.goto(f"{served.url}{kind.paths[0]}", wait_until="networkidle")
    page.remove_listener("response", add)
    return sum(found)


def graph(page: Page, served: Served, path: str) -> tuple[int, float]:
    """How many nodes, and the milliseconds until all are drawn and the graph answers."""
    page.goto(f"{served.url}{path}")
    before = page.evaluate(PAINTED)
    page.keyboard.press("+")
    after = page.evaluate(PAINTED)
    assert after["width"] > before["width"], f"{path} does not answer a key"
    return after["nodes"], after["milliseconds"]


def lines(found: Found) -> Iterator[str]:
    """Markdown."""
    pages = sum(len(took.first_bytes) for took in found.took)
    script = max(took.script for took in found.took)
    yield (
        f"The first byte of {pages:,} pages comes within {found.p95:.0f} ms at p95 (promised: {FIRST_BYTE_MS:.0f}). A page loads {script / 1000:.0f} kB of "
        f"script at most (promised: {SCRIPT_BYTES / 1000:.0f}). A graph of {found.nodes:,} nodes or more is drawn and answers a key after "
        f"{statistics.median(found.graphs) / 1000:.2f} s at p50, {max(found.graphs) / 1000:.2f} s at most (promised: {GRAPH_MS / 1000:.1f}).\n"
    )
    yield "| | first byte p50 | p95 | script |"
    yield "|---|---|---|---|"
    yield from map(_line, found.took)


def _line(took: Took) -> str:
    return f"| {took.kind.what} | {statistics.median(took.first_bytes):.0f} ms | {took.p95:.0f} ms | {took.script / 1000:.0f} kB |"


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--folder", type=Path, default=FOLDER)
    asked = options.parse_args()
    print(machine())
    found = measured(asked.folder, asked.runs, lambda text: print(text, flush=True))
    print("\n".join(lines(found)))
    return 0 if found.is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
