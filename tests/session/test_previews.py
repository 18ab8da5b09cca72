"""A preview beside the stable line: who reads it, in Python and in what is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.previews import PREVIEW, ROUTES, SQL, invite, read_preview, write_preview

import weft


@pytest.fixture
def shown(root: Path) -> Path:
    """Applied, with a preview to which network.routes and Ada are invited."""
    write_preview(root)
    weft.open(root).apply().raise_for_failure()
    return root


def delay(root: Path, name: str) -> object:
    with weft.open(root, as_=name) as mesh:
        return mesh.query(SQL).fetchall()[0][0]


def test_a_preview_stands_beside_the_stable_line_and_is_never_the_newest(shown: Path) -> None:
    with weft.open(shown) as mesh:
        assert mesh.query("SELECT sum(delay) FROM operations.flights.departures").fetchall() == [(174,)]
        assert mesh.query(SQL).fetchall() == [(234,)]
        assert mesh.plan().is_empty


@pytest.mark.parametrize("name", ["", "network.routes", "ada@example.org", "operations.other"])
def test_the_invited_and_the_own_domain_read_a_preview(shown: Path, name: str) -> None:
    assert delay(shown, name) == 234


@pytest.mark.parametrize("name", ["fleet.planes", "bob", "network"])
def test_nobody_else_reads_a_preview(shown: Path, name: str) -> None:
    with pytest.raises(weft.Refused, match=f"{PREVIEW} is a preview, and {name} is not invited to it. Ask operations"):
        delay(shown, name)


@pytest.mark.parametrize(
    "sql",
    [
        f"WITH x AS ({SQL}) SELECT * FROM x",
        'SELECT (SELECT max(tail) FROM operations.flights."departures@1.1.0-beta.1") FROM mesh.tables',
        'SELECT tail FROM operations.flights.departures UNION ALL SELECT tail FROM operations.flights."departures@1.1.0-beta.1"',
        f"SELECT * FROM fleet.planes.plane WHERE EXISTS ({SQL})",
    ],
)
def test_no_way_of_asking_gets_around_it(shown: Path, sql: str) -> None:
    with weft.open(shown, as_="bob") as mesh, pytest.raises(weft.Refused):
        mesh.query(sql)


def test_the_whole_table_by_name_is_refused_too(shown: Path) -> None:
    with weft.open(shown, as_="bob") as mesh, pytest.raises(weft.Refused):
        mesh.table(PREVIEW)


def test_that_a_preview_exists_is_told_and_what_is_in_it_is_not(shown: Path) -> None:
    with weft.open(shown, as_="bob") as mesh:
        page = mesh.show("operations.flights")
        beta = next(table for table in page.data if table.line == PREVIEW)
        assert "bob is not invited" in beta.withheld
        assert (beta.rows, beta.freshness, {column.maximum for column in beta.columns}) == (0, None, {None})
        assert [place.files for place in page.where.tables if place.line == PREVIEW] == [()]
        assert not [check for check in page.how.checks if check.line == PREVIEW]
        assert mesh.search("departures")
        assert PREVIEW in str(mesh.lineage(PREVIEW))
        counts = f"SELECT count(*) FROM mesh.checks WHERE line_name = '{PREVIEW}'"
        assert mesh.query(counts).fetchall() == [(0,)]
        assert mesh.query(f"SELECT count(*) FROM mesh.tables WHERE line_name = '{PREVIEW}'").fetchall() == [(1,)]


def test_who_looks_as_another_builds_nothing(shown: Path) -> None:
    with weft.open(shown, as_="ada@example.org") as mesh:
        for work in (mesh.test, lambda: mesh.apply(full=True)):
            with pytest.raises(weft.Refused, match="looks at this mesh"):
                work()


def test_a_product_that_is_invited_builds_on_a_preview(shown: Path) -> None:
    read_preview(shown)
    with weft.open(shown) as mesh:
        mesh.apply().raise_for_failure()
        assert mesh.query("SELECT sum(flights * mean_delay) FROM network.routes.delays").fetchall() == [(234.0,)]


def test_a_product_that_is_not_invited_is_refused_where_it_asks(shown: Path) -> None:
    read_preview(shown)
    invite(shown, ["ada@example.org"])
    with weft.open(shown) as mesh:
        (fault,) = mesh.check()
        assert fault.place.file == f"{ROUTES}/product.odps.yaml"
        assert "input port 'departures': operations.flights.departures@1.1.0-beta.1 is a preview" in fault.message
        with pytest.raises(weft.Faults):
            mesh.plan()


def test_a_run_after_the_invitation_ended_reads_nothing(shown: Path) -> None:
    """Nothing of the reader changed, so nothing of it was checked: the run looks itself."""
    read_preview(shown)
    with weft.open(shown) as mesh:
        mesh.apply().raise_for_failure()
        invite(shown, ["network.routes"], until="2026-01-01")
        mesh.apply("operations.flights").raise_for_failure()
        report = mesh.apply("network.routes", full=True)
        (product,) = report.products
        assert product.state == "failed"
        assert "network.routes was invited to it until 2026-01-01" in product.message


def test_an_input_that_says_no_version_never_reads_a_preview(shown: Path) -> None:
    manifest = shown / ROUTES / "product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("departures, version: 1.0.0,", "departures,"))
    with weft.open(shown) as mesh:
        mesh.apply().raise_for_failure()
        assert mesh.query("SELECT sum(flights * mean_delay) FROM network.routes.delays").fetchall() == [(174.0,)]
