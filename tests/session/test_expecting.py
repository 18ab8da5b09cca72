"""An expectation is drafted from what a product reads, and is right as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.errors import Misuse, Unknown
from weft.names import ProductName
from weft.product.expectations import expectations_of
from weft.session import open_session
from weft.session.expecting import new_expectation


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_mesh(tmp_path / "mesh", *planes_and_departures())


def test_it_has_the_columns_that_are_read_in_their_types(root: Path) -> None:
    with open_session(root) as session:
        (file,) = new_expectation(session, "network.routes.departures")
        assert file == root / "domains/network/routes/contracts/departures_expected.odcs.yaml"
        session.refresh()
        assert session.check() == ()
        (found,) = expectations_of(session.mesh.products[ProductName("network.routes")], session.mesh)
    columns = [(column.name, column.type, column.required) for column in found.table.columns]
    assert columns == [("tail", "VARCHAR", True), ("delay", "BIGINT", False)]
    assert "To be said:" in file.read_text()


@pytest.mark.parametrize(
    ("name", "error", "why"),
    [
        ("network.routes", Misuse, "no name of an input port"),
        ("network.routes.departure", Unknown, "Did you mean 'departures'"),
        ("network.route.departures", Unknown, "Did you mean 'network.routes'"),
        ("operations.flights.flight_file", Misuse, "reads data from outside the mesh"),
    ],
)
def test_what_cannot_be_drafted_is_said(name: str, error: type[Exception], why: str, root: Path) -> None:
    with open_session(root) as session, pytest.raises(error, match=why):
        new_expectation(session, name)


def test_what_is_written_is_not_overwritten(root: Path) -> None:
    with open_session(root) as session:
        new_expectation(session, "network.routes.departures")
        session.refresh()
        with pytest.raises(Misuse, match="is in domains"):
            new_expectation(session, "network.routes.departures")
