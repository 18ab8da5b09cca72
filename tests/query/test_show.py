"""A page tells of data, where, what, how and who, and its ways to read the table do read it."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import Any

import pytest

from weft.access import Reader
from weft.errors import Unknown
from weft.names import LineName, ProductName
from weft.query.answer import Library, answer
from weft.query.pages import DomainPage, ProductPage, TablePage
from weft.query.show import shown
from weft.session import Session

PLANE = "fleet.planes.plane"


def table_page(name: str, library: Library) -> TablePage:
    page = shown(name, library)
    assert isinstance(page, TablePage)
    return page


def product_page(name: str, library: Library) -> ProductPage:
    page = shown(name, library)
    assert isinstance(page, ProductPage)
    return page


def test_a_table_shows_its_schema_with_statistics(library: Library) -> None:
    tail, seats = table_page(PLANE, library).data.columns
    assert (tail.name, tail.type, tail.key_position, tail.nulls) == ("tail", "VARCHAR", 1, 0)
    assert (seats.classification, seats.business_name, seats.required) == ("internal", "Capacity", True)
    assert (seats.minimum, seats.maximum) == (50, 69)


def test_a_table_shows_its_size_and_freshness(library: Library) -> None:
    data = table_page(PLANE, library).data
    assert (data.rows, data.key, data.grain) == (20, ("tail",), "One row for each aircraft.")
    assert data.freshness is not None
    assert data.freshness.made_at <= data.freshness.published_at
    assert data.bytes > 0


def test_freshness_goes_back_to_the_sources_across_products(library: Library) -> None:
    freshness = table_page("network.routes.delays", library).data.freshness
    assert freshness is not None
    assert {time.part for time in freshness.sources} == {
        "domains/fleet/planes/plane_file.csv",
        "domains/operations/flights/flight_file.csv",
    }


def test_all_ways_to_read_a_table_give_its_rows(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    monkeypatch.chdir(library.settings.root)
    reading = table_page(PLANE, library).where.tables[0].how_to_read
    with answer(reading.sql, library) as answered:
        rows = answered.arrow().num_rows
    with duckdb.connect() as connection:
        counted = len(connection.execute(reading.duckdb).fetchall())
    assert (rows, counted) == (20, 20)
    assert [executed(text)["table"].num_rows for text in (reading.python, reading.pyarrow)] == [20, 20]


def executed(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(text, names)
    return names


def test_an_older_line_is_read_by_its_own_name(session: Session, read: Library) -> None:
    folder = session.settings.root / "domains/fleet/planes"
    for file in (folder / "product.odps.yaml", folder / "contracts/planes.odcs.yaml"):
        text = file.read_text()
        if file.name == "product.odps.yaml":
            text += "  - {name: plane, version: 2.0.0, contractId: fleet.planes}\n"
        else:
            (file.parent / "planes2.odcs.yaml").write_text(text.replace("version: 1.0.0", "version: 2.0.0"))
        file.write_text(text)
    transforms = folder / "transforms"
    (transforms / "plane@1.sql").write_text((transforms / "plane.sql").read_text())
    session.apply(session.plan())
    page = table_page(f"{PLANE}@1", read)
    sql = page.where.tables[0].how_to_read.sql
    assert sql == 'SELECT * FROM fleet.planes."plane@1"'
    with answer(sql, read) as answered:
        assert answered.arrow().num_rows == 20
    assert [(v.line, v.is_newest) for v in page.what.versions] == [(f"{PLANE}@1", False), (f"{PLANE}@2", True)]


def test_where_names_the_snapshot_and_its_files(library: Library) -> None:
    place = table_page(PLANE, library).where.tables[0]
    assert place.snapshot == library.registry.recorded("prod").pointers[LineName(f"{PLANE}@1")].snapshot
    assert [file.rows for file in place.files] == [20]
    assert all(file.path.is_file() for file in place.files)
    assert place.fault == ""


def test_what_says_promises_price_and_words(library: Library) -> None:
    what = table_page(PLANE, library).what
    assert (what.title, what.description) == ("Aircraft register", "One machine that carries passengers.")
    assert what.purpose == "What planes is for."
    assert [(level.property, level.value, level.unit) for level in what.service_levels] == [("latency", 1, "d")]
    assert (len(what.prices), what.tags) == (1, ("asset",))
    assert what.terms == {"tail number": "What is painted on an aircraft"}
    assert [(v.line, v.version, v.is_newest, v.is_published) for v in what.versions] == [
        (f"{PLANE}@1", "1.0.0", True, True)
    ]


def test_how_shows_inputs_transforms_runs_and_checks(library: Library) -> None:
    how = table_page("operations.flights.departures", library).how
    assert {entry.port: (entry.lines, entry.files) for entry in how.inputs} == {
        "flight_file": ((), ("domains/operations/flights/flight_file.csv",)),
        "plane": ((f"{PLANE}@1",), ()),
    }
    assert [(t.makes, t.language, t.file) for t in how.transforms] == [
        ("operations.flights.departures@1", "sql", "domains/operations/flights/transforms/departures.sql")
    ]
    assert [run.state for run in how.runs] == ["succeeded"]
    assert {check.outcome for check in how.checks} == {"passed"}


def test_who_shows_people_approvers_and_consumers(library: Library) -> None:
    who = table_page(PLANE, library).who
    assert (who.domain, who.team) == ("fleet", "Hangar")
    assert [(p.username, p.role, p.of) for p in who.people] == [("amelia", "owner", "fleet")]
    assert [channel.channel for channel in who.support] == ["hangar"]
    assert [(role.role, role.first_level_approvers) for role in who.approvers] == [("reader", "amelia")]
    assert who.consumers == ("operations.flights",)


@pytest.mark.parametrize("name", [f"{PLANE}@1", f"{PLANE}@1.4.0"])
def test_a_version_means_its_line(library: Library, name: str) -> None:
    assert table_page(name, library).name == f"{PLANE}@1"


def test_a_product_shows_all_its_tables(library: Library) -> None:
    page = product_page("operations.flights", library)
    assert [data.line for data in page.data] == ["operations.flights.departures@1"]
    assert (page.what.status, page.where.folder) == ("active", "domains/operations/flights")
    assert [place.line for place in page.where.tables] == ["operations.flights.departures@1"]


def test_a_domain_shows_its_products_and_who_reads_them(library: Library) -> None:
    page = shown("fleet", library)
    assert isinstance(page, DomainPage)
    assert [(p.name, p.tables, p.rows, p.not_held) for p in page.data] == [("fleet.planes", 1, 20, 0)]
    assert page.what.description == "Everything about the aircraft that fly for us."
    assert page.who.consumers == ("operations.flights",)
    assert [entry.port for entry in page.how.inputs] == ["plane_file"]


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("flet", "Did you mean 'fleet'?"),
        ("fleet.plane", "Did you mean 'fleet.planes'?"),
        ("fleet.planes.plain", f"Did you mean '{PLANE}'?"),
        (f"{PLANE}@2", f"Did you mean '{PLANE}@1'?"),
    ],
)
def test_an_unknown_name_is_told_the_closest(library: Library, name: str, mend: str) -> None:
    with pytest.raises(Unknown) as refused:
        shown(name, library)
    assert refused.value.mend == mend


def test_what_was_never_applied_is_shown_as_written(session: Session, read: Library) -> None:
    with pytest.raises(Unknown):
        shown(PLANE, read)
    page = shown(PLANE, read, session.mesh)
    assert isinstance(page, TablePage)
    assert (page.data.freshness, page.where.tables[0].snapshot, page.how.runs) == (None, "", ())
    assert [column.name for column in page.data.columns] == ["tail", "seats"]


def test_a_missing_file_is_told_and_hides_nothing_else(session: Session, read: Library) -> None:
    session.apply(session.plan())
    file = table_page(PLANE, read).where.tables[0].files[0].path
    file.parent.chmod(stat.S_IRWXU)
    file.unlink()
    page = product_page("fleet.planes", read)
    assert file.name in page.where.tables[0].fault
    assert page.data[0].rows == 20


def test_steps_are_shown_with_the_table_they_help_to_make(session: Session, read: Library) -> None:
    folder = session.settings.root / "domains/network/routes/transforms"
    (folder / "counted.sql").write_text(
        "SELECT tail, count(*) AS flights, avg(delay) AS mean_delay FROM departures GROUP BY tail"
    )
    (folder / "unused.sql").write_text("SELECT tail FROM departures")
    (folder / "delays.sql").write_text("SELECT tail, flights, mean_delay FROM counted ORDER BY tail")
    session.apply(session.plan())
    made = {(t.makes, t.is_step) for t in table_page("network.routes.delays", read).how.transforms}
    assert made == {("network.routes.delays@1", False), ("counted", True)}
    assert len(product_page("network.routes", read).how.transforms) == 3
    assert ProductName("network.routes") in table_page("operations.flights.departures", read).who.consumers


def test_whether_a_table_can_be_trusted_is_told_before_it_may_be_read(library: Library) -> None:
    page = table_page(PLANE, replace(library, reader=Reader("bob")))
    assert page.data.withheld and page.data.rows and page.data.freshness
    assert {check.outcome for check in page.how.checks} == {"passed"}
    assert {check.measured for check in page.how.checks} == {None}
    assert {column.maximum for column in page.data.columns} == {None}
