"""A plan is a pure function of what is desired and what is recorded, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from weft.errors import Place, Unknown
from weft.names import DomainName, LineName, ProductName, RunId, SnapshotId
from weft.plan.fingerprint import checks_digest, fingerprint, parts_of
from weft.plan.plan import Desired, Plan, ground_of, plan
from weft.plan.selection import selected
from weft.product.contract import Column, Contract, Limits, QualityRule, Server, Table, Threshold
from weft.product.mesh import Domain, Mesh
from weft.product.product import InputPort, OutputPort, Product, Reading, Transform
from weft.product.snapshot import Pointer, Recorded, SourceState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def contract(name: str, *columns: str, version: str = "1.0.0", source: bool = False) -> Contract:
    table = Table(name, tuple(Column(column, "BIGINT") for column in columns))
    servers = (Server("files", "local", {"path": f"{name}.csv", "format": "csv"}),) if source else ()
    return Contract(
        f"{name}-{'source' if source else 'promise'}", version, (table,), f"{name}.odcs.yaml", servers=servers
    )


def product(
    name: str, table: str, reads: tuple[str, ...], inputs: tuple[Contract, ...], meaning: str = "m1"
) -> Product:
    promise = contract(table, "id", "n")
    sources = tuple(c for c in inputs if c.is_source)
    return Product(
        ProductName(name),
        name,
        name.replace(".", "/"),
        digest=f"{name}-{meaning}",
        contracts=(promise, *sources),
        input_ports=tuple(InputPort(c.tables[0].name, c.id, "1.0.0") for c in inputs),
        output_ports=(OutputPort(table, "1.0.0", promise.id),),
        transforms=(Transform(table, "sql", f"{table}.sql", "", reading=Reading(reads, meaning)),),
    )


def mesh(*products: Product) -> Mesh:
    domains = {p.domain: Domain(p.domain, p.domain) for p in products}
    return Mesh("m", domains, {p.name: p for p in products})


PLANES_SOURCE = contract("plane_file", "id", "n", source=True)
FLEET = product("fleet.planes", "plane", ("plane_file",), (PLANES_SOURCE,))
OPERATIONS = product("operations.flights", "departures", ("plane",), (contract("plane", "id"),))
LEAF = product("network.routes", "route", ("departures",), (contract("departures", "id"),))
MESH = mesh(LEAF, OPERATIONS, FLEET)
SOURCES = {
    (ProductName("fleet.planes"), "plane_file"): SourceState(
        ProductName("fleet.planes"), "plane_file", "d1", {"a.csv": "1:2:d1"}
    )
}


def desired(of: Mesh, sources: dict[tuple[ProductName, str], SourceState] = SOURCES, full: bool = False) -> Desired:
    return Desired(of, sources, selected(of, ()), NOW, full)


def applied(of: Mesh, sources: dict[tuple[ProductName, str], SourceState] = SOURCES) -> Recorded:
    """What the registry says once everything of a mesh has been built and published."""
    recorded = Recorded(0, digests={n: p.digest for n, p in of.products.items()}, sources=sources)
    while True:
        found = plan(desired(of, sources), recorded)
        ready = [step for _, step in found.steps() if step.action == "build" and step.fingerprint]
        if not ready:
            return recorded
        pointers = dict(recorded.pointers)
        for step in ready:
            snapshot = SnapshotId(f"{step.line}#{len(pointers)}")
            pointers[step.line] = Pointer(
                step.line, snapshot, step.fingerprint, len(pointers) + 1, NOW, RunId("r"), step.checks, step.parts
            )
        recorded = replace(recorded, pointers=pointers, revision=len(pointers))


def actions(found: Plan) -> dict[str, str]:
    return {step.line.partition("@")[0]: step.action for _, step in found.steps()}


def reasons(found: Plan, line: str) -> tuple[str, ...]:
    return next(step.reasons for _, step in found.steps() if step.line == line)


def test_everything_of_an_empty_registry_is_built_producers_first() -> None:
    found = plan(desired(MESH), Recorded(0))
    assert [p.product for p in found.products] == ["fleet.planes", "operations.flights", "network.routes"]
    assert set(actions(found).values()) == {"build"}
    assert reasons(found, "fleet.planes.plane@1") == ("it was never built in prod",)


def test_the_plan_of_what_was_just_applied_is_empty() -> None:
    assert plan(desired(MESH), applied(MESH)).is_empty


def test_a_changed_transform_builds_it_and_what_reads_it() -> None:
    changed = mesh(
        LEAF, product("operations.flights", "departures", ("plane",), (contract("plane", "id"),), "m2"), FLEET
    )
    found = plan(desired(changed), applied(MESH))
    assert actions(found) == {
        "fleet.planes.plane": "nothing",
        "operations.flights.departures": "build",
        "network.routes.route": "build",
    }
    assert reasons(found, "operations.flights.departures@1") == ("its SQL changed",)
    assert reasons(found, "network.routes.route@1") == ("`operations.flights.departures` is built anew",)


def test_a_changed_source_file_is_named() -> None:
    key = (ProductName("fleet.planes"), "plane_file")
    now = {key: SourceState(*key, "d2", {"a.csv": "1:9:d2"})}
    found = plan(desired(MESH, now), applied(MESH))
    assert reasons(found, "fleet.planes.plane@1") == ("source file `a.csv` changed",)


def test_a_source_that_is_missing_is_a_reason_of_its_product() -> None:
    key = (ProductName("fleet.planes"), "plane_file")
    now = {key: SourceState(*key, "missing", fault="source file `a.csv` is missing")}
    found = plan(desired(MESH, now), applied(MESH))
    assert found.products[0].reasons == ("source file `a.csv` is missing",)


def test_a_source_file_touched_without_a_change_builds_nothing() -> None:
    key = (ProductName("fleet.planes"), "plane_file")
    now = {key: SourceState(*key, "d1", {"a.csv": "1:99:d1"})}
    assert plan(desired(MESH, now), applied(MESH)).is_empty


def test_a_promise_with_other_checks_is_checked_and_not_built() -> None:
    table = FLEET.contracts[0].tables[0]
    stricter = replace(table, columns=(replace(table.columns[0], limits=Limits(minimum=0)), table.columns[1]))
    changed = replace(FLEET, digest="x", contracts=(replace(FLEET.contracts[0], tables=(stricter,)), PLANES_SOURCE))
    found = plan(desired(mesh(LEAF, OPERATIONS, changed)), applied(MESH))
    assert actions(found)["fleet.planes.plane"] == "check"
    assert actions(found)["operations.flights.departures"] == "nothing"


def test_a_description_publishes_the_product_and_builds_nothing() -> None:
    changed = replace(FLEET, digest="other", purpose="new words")
    found = plan(desired(mesh(LEAF, OPERATIONS, changed)), applied(MESH))
    assert set(actions(found).values()) == {"nothing"}
    assert [(p.product, p.reasons) for p in found.work] == [("fleet.planes", ("its documents changed",))]


def test_what_was_built_before_of_the_same_is_reused() -> None:
    before = applied(MESH)
    key = (ProductName("fleet.planes"), "plane_file")
    now = {key: SourceState(*key, "d2", {"a.csv": "1:9:d2"})}
    wanted = plan(desired(MESH, now), before).products[0].steps[0].fingerprint
    found = plan(desired(MESH, now), replace(before, kept={wanted: SnapshotId("kept")}))
    assert found.products[0].steps[0].action == "reuse"
    assert found.products[0].steps[0].snapshot == "kept"
    assert reasons(found, "operations.flights.departures@1") == ("`fleet.planes.plane` has a new snapshot",)


def test_a_full_build_builds_everything_selected() -> None:
    assert set(actions(plan(desired(MESH, full=True), applied(MESH))).values()) == {"build"}


def test_a_product_whose_folder_is_gone_is_removed_and_an_absent_domain_is_not() -> None:
    without = Mesh("m", MESH.domains, {n: p for n, p in MESH.products.items() if n != "network.routes"})
    chosen = selected(without, ()) | {ProductName("network.routes")}
    found = plan(Desired(without, SOURCES, chosen, NOW), applied(MESH))
    assert actions(found)["network.routes.route"] == "remove"
    elsewhere = replace(without, domains={d: v for d, v in without.domains.items() if d != DomainName("network")})
    assert plan(Desired(elsewhere, SOURCES, chosen, NOW), applied(MESH)).is_empty


def test_a_plan_names_the_revisions_that_it_relies_on() -> None:
    found = plan(desired(MESH, full=True), applied(MESH))
    assert [step.expects for _, step in found.steps()] == [1, 2, 3]


def test_a_fingerprint_waits_for_what_is_yet_to_be_built() -> None:
    ground = ground_of(desired(MESH), Recorded(0))
    assert fingerprint(parts_of(FLEET, ground)["plane", "1"]) != ""
    assert fingerprint(parts_of(OPERATIONS, ground)["departures", "1"]) == ""


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("fleet.planes", {"fleet.planes"}),
        ("fleet", {"fleet.planes"}),
        ("*.flights", {"operations.flights"}),
        ("fleet.planes.plane", {"fleet.planes"}),
        ("+network.routes", {"fleet.planes", "operations.flights", "network.routes"}),
        ("operations.flights+", {"operations.flights", "network.routes"}),
        ("+operations.flights+", {"fleet.planes", "operations.flights", "network.routes"}),
        ("fleet.planes.plane@1", {"fleet.planes"}),
        ("*@1", {"fleet.planes", "operations.flights", "network.routes"}),
    ],
)
def test_a_selection_is_names_globs_upstream_and_downstream(pattern: str, expected: set[str]) -> None:
    assert selected(MESH, (pattern,)) == expected


def test_a_selection_of_nothing_offers_the_closest_name() -> None:
    with pytest.raises(Unknown, match=r"fleet\.planes"):
        selected(MESH, ("fleet.plane_s",))


def test_a_domain_means_what_is_nested_in_it_too() -> None:
    air = DomainName("air")
    nested = replace(MESH.domains[DomainName("fleet")], parent=air)
    within = replace(MESH, domains=MESH.domains | {nested.name: nested, air: Domain(air, "air")})
    assert selected(within, ("air",)) == {"fleet.planes"}


@pytest.mark.parametrize(
    ("pattern", "mend"),
    [
        ("plane", "Did you mean 'fleet.planes.plane'?"),
        ("fleet.planes.plane@2", "Did you mean 'fleet.planes.plane@1'?"),
        ("fleet,operations", "Write each name on its own"),
        ("fleet operations", "Write each name on its own"),
        ("+", "Write a domain, a product or a table"),
        ("mesh.tables", "asked with `weft query`"),
    ],
)
def test_a_selection_of_nothing_says_what_was_likely_meant(pattern: str, mend: str) -> None:
    with pytest.raises(Unknown) as refused:
        selected(MESH, (pattern,))
    assert mend in str(refused.value)


def test_a_product_of_another_checkout_is_not_selected_in_silence() -> None:
    with pytest.raises(Unknown, match="applied from its own domain's checkout"):
        selected(replace(MESH, absent=frozenset({FLEET.name})), ("fleet.planes",))


def test_a_line_stays_where_its_product_recorded_it() -> None:
    old = replace(FLEET.contracts[0], version="1.4.0")
    new = replace(FLEET.contracts[0], version="2.0.0")
    ports = (OutputPort("plane", "1.4.0", old.id), OutputPort("plane", "2.0.0", new.id))
    fleet = replace(FLEET, contracts=(old, new), output_ports=ports)
    asks = InputPort("plane", old.id)
    reader = replace(OPERATIONS, input_ports=(asks,))
    both = mesh(fleet, reader)
    assert both.reads(reader)["plane"].line == LineName("fleet.planes.plane@2")
    stays = replace(both, recorded_lines={(reader.name, "plane"): "1"})
    assert stays.reads(reader)["plane"].line == LineName("fleet.planes.plane@1")


def test_a_rule_that_only_moved_in_its_file_is_not_checked_again() -> None:
    rule = QualityRule("library", "enough", metric="rowCount", threshold=Threshold("mustBe", (1,)), place=Place("a", 3))
    table = replace(FLEET.contracts[0].tables[0], rules=(rule,))
    moved = replace(table, rules=(replace(rule, place=Place("a", 9)),))
    assert checks_digest(table) == checks_digest(moved)
    assert checks_digest(table) != checks_digest(replace(table, rules=(replace(rule, severity="warning"),)))
