"""Lineage follows tables and columns both ways, across products, down to the files outside the mesh."""

from __future__ import annotations

import pytest

from weft.errors import Unknown
from weft.query.answer import Library
from weft.query.lineage import Graph, lineage
from weft.session import Session

DEPARTURES = "operations.flights.departures"
FLIGHT_FILE = "source:operations.flights.flight_file"


def arrows(graph: Graph, kind: str = "value") -> set[tuple[str, str]]:
    names = {node.id: node.name for node in graph.nodes}
    return {(names[edge.source], names[edge.target]) for edge in graph.edges if edge.kind == kind}


def test_a_column_comes_from_the_source_files_column(library: Library) -> None:
    graph = lineage("network.routes.delays.mean_delay", library, "up")
    assert {
        (f"{FLIGHT_FILE}.delay", f"{DEPARTURES}.delay"),
        (f"{DEPARTURES}.delay", "network.routes.delays.mean_delay"),
    } <= arrows(graph)
    (delay,) = [node for node in graph.nodes if node.name == f"{FLIGHT_FILE}.delay"]
    assert delay.files == ("domains/operations/flights/flight_file.csv",)


def test_a_column_that_only_groups_is_a_condition(library: Library) -> None:
    graph = lineage("network.routes.delays.mean_delay", library, "up", 1)
    assert arrows(graph) == {(f"{DEPARTURES}.delay", "network.routes.delays.mean_delay")}
    assert arrows(graph, "condition") == {(f"{DEPARTURES}.tail", "network.routes.delays.mean_delay")}


def test_a_column_goes_down_across_products(library: Library) -> None:
    graph = lineage("fleet.planes.plane.seats", library, "down")
    assert arrows(graph) == {("fleet.planes.plane.seats", f"{DEPARTURES}.seats")}


def test_a_source_column_can_be_followed_down(library: Library) -> None:
    graph = lineage(f"{FLIGHT_FILE}.delay", library, "down")
    assert "network.routes.delays.mean_delay" in {node.name for node in graph.nodes}


def test_a_table_goes_both_ways(library: Library) -> None:
    graph = lineage(DEPARTURES, library)
    assert {(node.name, node.distance) for node in graph.tables} == {
        ("source:fleet.planes.plane_file", -2),
        ("fleet.planes.plane", -1),
        (FLIGHT_FILE, -1),
        (DEPARTURES, 0),
        ("network.routes.delays", 1),
    }


@pytest.mark.parametrize(
    ("direction", "depth", "tables"),
    [
        ("up", 1, {FLIGHT_FILE, "fleet.planes.plane", DEPARTURES}),
        ("down", None, {DEPARTURES, "network.routes.delays"}),
        ("both", 0, {DEPARTURES}),
    ],
)
def test_direction_and_depth_bound_what_is_followed(
    library: Library, direction: str, depth: int | None, tables: set[str]
) -> None:
    graph = lineage(DEPARTURES, library, direction, depth)  # type: ignore[arg-type]
    assert {node.name for node in graph.tables} == tables


def test_every_edge_has_both_its_nodes(library: Library) -> None:
    graph = lineage("operations", library)
    ids = {node.id for node in graph.nodes}
    assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= ids
    assert {node.table for node in graph.columns} <= ids


def test_a_product_and_a_line_can_be_asked_for(library: Library) -> None:
    of_product, of_line = lineage("operations.flights", library), lineage(f"{DEPARTURES}@1", library)
    assert (of_product.nodes, of_product.edges) == (of_line.nodes, of_line.edges)


def test_a_table_of_which_only_rows_are_counted_is_a_condition(session: Session, read: Library) -> None:
    folder = session.settings.root / "domains/network/routes/transforms"
    (folder / "delays.sql").write_text("SELECT 'all' AS tail, count(*) AS flights, 0.5 AS mean_delay FROM departures")
    session.apply(session.plan())
    graph = lineage("network.routes.delays", read, "up", 1)
    assert arrows(graph, "condition") == {(DEPARTURES, "network.routes.delays")}


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        (f"{DEPARTURES}.dely", "Did you mean 'delay'?"),
        ("operations.flights.departurs", f"Did you mean '{DEPARTURES}'?"),
        ("operations.flihts", "Did you mean 'operations.flights'?"),
        ("source:operations.flights.flight_fil", f"Did you mean '{FLIGHT_FILE}'?"),
    ],
)
def test_an_unknown_name_is_told_the_closest(library: Library, name: str, mend: str) -> None:
    with pytest.raises(Unknown) as refused:
        lineage(name, library)
    assert refused.value.mend == mend
