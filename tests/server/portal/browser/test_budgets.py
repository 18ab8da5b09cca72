"""What pages may weigh, and a graph of a thousand boxes that is drawn and answers: on a catalogue of generated products.

Times are printed and never decide; `python -m bench --only portal` measures them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from bench.catalogue_mesh import Size, write
from bench.portal import SCRIPT_BYTES, first_bytes, graph, kinds, script_bytes
from playwright.sync_api import Page
from tests.server.portal.browser.conftest import Walks
from tests.server.portal.browser.serving import READER, Served, serving

from weft.session import open_session

WHOLE = bool(os.environ.get("WEFT_SOAK"))
SIZE = Size() if WHOLE else Size(domains=5, products=10, tables=10)
RUNS = 20 if WHOLE else 2
LEAST_NODES = 1_000
KINDS = tuple(kinds(SIZE, RUNS))
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("catalogue") / "mesh"
    write(root, SIZE)
    with open_session(root) as session:
        assert session.apply(session.plan()).succeeded
    with serving(root) as served:
        served.joined(READER)
        yield served


@pytest.fixture
def page(walks: Walks, catalogue: Served) -> Page:
    return walks(catalogue, who=READER).page


def test_no_page_loads_much_script(catalogue: Served, page: Page) -> None:
    loaded = {kind.what: script_bytes(page, catalogue, kind) for kind in KINDS}
    assert {what: size for what, size in loaded.items() if size > SCRIPT_BYTES} == {}


def test_every_page_of_a_large_catalogue_answers(catalogue: Served) -> None:
    with catalogue.program(READER) as program:
        for kind in KINDS:
            took = first_bytes(program, kind.paths)
            print(f"{kind.what}: {max(took):.0f} ms at most")
            assert len(took) == RUNS


def test_a_graph_of_a_thousand_boxes_is_drawn_and_answers(catalogue: Served, page: Page) -> None:
    nodes, milliseconds = graph(page, catalogue, "/lineage/sales?level=columns")
    print(f"{nodes:,} boxes after {milliseconds:.0f} ms")
    assert nodes >= LEAST_NODES
