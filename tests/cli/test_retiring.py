"""A line that somebody reads does not go: refused by name, allowed once nobody is there, forced with a reason that is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.agreements import grant
from tests.cli.conftest import Weft

from weft import Misuse, Refused, Unknown
from weft import open as opened
from weft.names import LineName
from weft.product.reads import Asked
from weft.session import open_session

PLANES = "domains/fleet/planes"
CONTRACT = f"{PLANES}/contracts/planes.odcs.yaml"
MANIFEST = f"{PLANES}/product.odps.yaml"
CONSUMER = "domains/operations/flights/product.odps.yaml"
LINE = LineName("fleet.planes.plane@1")
ENDS = "slaProperties:\n  - {property: endOfSupport, value: '2027-06-30'}\nschema:"


def edit(root: Path, file: str, *changes: tuple[str, str]) -> None:
    path = root / file
    text = path.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)


@pytest.fixture
def two_lines(weft: Weft, unbuilt: Path) -> Path:
    """Planes on lines 1 and 2, applied; operations.flights reads line 1."""
    contract, sql = (unbuilt / CONTRACT).read_text(), unbuilt / PLANES / "transforms/plane.sql"
    (unbuilt / PLANES / "contracts/planes_2.odcs.yaml").write_text(contract.replace("version: 1.0.0", "version: 2.0.0"))
    (unbuilt / PLANES / "transforms/plane@1.sql").write_text(sql.read_text())
    port = "  - {name: plane, version: 1.0.0, contractId: fleet.planes}\n"
    edit(unbuilt, MANIFEST, (port, port + port.replace("1.0.0", "2.0.0")))
    assert weft("apply", mesh=unbuilt).status == 0
    return unbuilt


def retire(root: Path) -> None:
    edit(root, CONTRACT, ("status: active", "status: retired"))


def move(root: Path) -> None:
    """The consumer asks for line 2, and says so by its own version."""
    own = ("version: 1.0.0, contractId: operations.flights}", "version: 1.1.0, contractId: operations.flights}")
    edit(root, CONSUMER, ("{name: plane, version: 1.0.0,", "{name: plane, version: 2.0.0,"), own)
    edit(root, "domains/operations/flights/contracts/flights.odcs.yaml", ("version: 1.0.0", "version: 1.1.0"))


def read(root: Path, who: str, ago: timedelta) -> None:
    with open_session(root) as session:
        at = datetime.now(UTC) - ago
        session.registry.journal.reads.keep(Asked(at, who, "prod", "query", "SELECT 1", {LINE: ("tail",)}))


def lines(weft: Weft, root: Path) -> list[str]:
    rows = weft("query", "SELECT line_name FROM mesh.pointers ORDER BY 1", "--json", mesh=root).object["rows"]
    return [row["line_name"] for row in rows if row["line_name"].startswith("fleet")]


def test_a_line_that_is_read_is_refused_with_each_reader_by_name(weft: Weft, two_lines: Path) -> None:
    grant(two_lines, "ann@example.org", "fleet.planes.plane")
    assert (
        weft("query", 'SELECT tail FROM fleet.planes."plane@1"', "--as", "ann@example.org", mesh=two_lines).status == 0
    )
    retire(two_lines)
    for verb in ("plan", "apply"):
        said = weft(verb, mesh=two_lines)
        told = " ".join(said.err.split())
        assert said.status == 1
        assert "product operations.flights reads fleet.planes.plane@1 (tail, seats) by its input port 'plane'" in told
        assert "ann@example.org read fleet.planes.plane@1 (tail) by query once" in told
        assert "--force --because" in told
        assert "which is retired" not in told
    assert lines(weft, two_lines) == ["fleet.planes.plane@1", "fleet.planes.plane@2"]


def test_a_line_that_nobody_reads_any_more_goes(weft: Weft, two_lines: Path) -> None:
    read(two_lines, "ann", timedelta(days=31))
    move(two_lines)
    retire(two_lines)
    said = weft("plan", mesh=two_lines)
    assert said.status == 0
    assert "- remove  plane@1  its contract is retired" in said.out
    assert weft("apply", mesh=two_lines).status == 0
    assert lines(weft, two_lines) == ["fleet.planes.plane@2"]
    assert weft("plan", mesh=two_lines).out.startswith("nothing to do")


def test_one_who_read_it_lately_keeps_it_though_all_products_moved(weft: Weft, two_lines: Path) -> None:
    read(two_lines, "ann", timedelta(days=29))
    move(two_lines)
    retire(two_lines)
    said = weft("plan", mesh=two_lines)
    assert said.status == 1
    assert "operations.flights" not in said.err
    edit(two_lines, "mesh.yaml", ("name: test\n", "name: test\nretire_after_days_unread: 20\n"))
    assert weft("plan", mesh=two_lines).status == 0


def test_a_product_that_is_gone_is_refused_while_it_is_read(weft: Weft, two_lines: Path) -> None:
    (two_lines / PLANES).rename(two_lines / "elsewhere")
    said = weft("plan", mesh=two_lines)
    assert said.status == 1
    assert "product operations.flights reads fleet.planes.plane@1" in " ".join(said.err.split())
    assert "no contract has the id" not in said.err


def test_force_says_why_and_whom_it_cuts_off(weft: Weft, two_lines: Path) -> None:
    read(two_lines, "ann", timedelta())
    retire(two_lines)
    assert weft("apply", "--force", mesh=two_lines).status == 2
    assert weft("apply", "--because", "x", mesh=two_lines).status == 1
    assert weft("apply", "--force", "--because", "it leaks names", mesh=two_lines).status == 0
    assert lines(weft, two_lines) == ["fleet.planes.plane@2"]
    (run, *_) = weft("history", "--json", mesh=two_lines).object["runs"]
    assert run["message"].startswith("forced: it leaks names (against: fleet.planes.plane: 1.0.0 cannot go")
    assert "operations.flights" in run["message"]
    assert "ann" in run["message"]
    (forced,) = weft("audit", "search", "--what", "forced", "--json", mesh=two_lines).object["records"]
    assert (forced["action"], forced["subject"], forced["message"][:14]) == (
        "taken away",
        "fleet.planes",
        "it leaks names",
    )
    assert weft("query", "SELECT count(*) FROM operations.flights.departures", mesh=two_lines).status == 0
    assert "reads 'fleet.planes' 1.0.0, which is retired. Write `version: 2.0.0`" in weft("apply", mesh=two_lines).err
    move(two_lines)
    assert weft("apply", mesh=two_lines).status == 0


def test_what_goes_from_an_environment_is_refused_when_it_is_promoted(weft: Weft, two_lines: Path) -> None:
    read(two_lines, "ann", timedelta())
    move(two_lines)
    retire(two_lines)
    assert weft("apply", "--env", "dev", mesh=two_lines).status == 0
    said = weft("promote", "dev", mesh=two_lines)
    assert said.status == 1
    assert "ann read fleet.planes.plane@1 (tail)" in said.err
    assert "operations.flights" not in said.err
    assert weft("promote", "dev", "--force", "--because", "it is over", mesh=two_lines).status == 0
    assert lines(weft, two_lines) == ["fleet.planes.plane@2"]
    (run, *_) = weft("history", "--json", mesh=two_lines).object["runs"]
    assert run["message"].startswith("promoted dev, forced: it is over (against: ")


def test_a_deprecated_line_is_told_to_its_readers_until_it_goes(weft: Weft, two_lines: Path) -> None:
    edit(
        two_lines,
        CONTRACT,
        ("status: active", "status: deprecated"),
        ("schema:", ENDS),
        ("version: 1.0.0", "version: 1.1.0"),
    )
    edit(two_lines, MANIFEST, ("{name: plane, version: 1.0.0,", "{name: plane, version: 1.1.0,"))
    told = "fleet.planes.plane@1 is deprecated: supported until 2027-06-30. Move to fleet.planes.plane@2."
    assert weft("apply", mesh=two_lines).status == 0
    for said in (
        weft("plan", mesh=two_lines),
        weft("check", mesh=two_lines),
        weft("query", 'SELECT tail FROM fleet.planes."plane@1"', mesh=two_lines),
    ):
        assert said.status == 0
        assert told in said.err
    assert "is deprecated" not in weft("query", "SELECT tail FROM fleet.planes.plane", mesh=two_lines).err


def test_python_forces_with_a_reason_too(two_lines: Path) -> None:
    move(two_lines)
    read(two_lines, "ann", timedelta())
    retire(two_lines)
    with opened(two_lines) as mesh:
        with pytest.raises(Refused, match="ann read"):
            mesh.apply()
        with pytest.raises(Misuse):
            mesh.apply(force=True)
        mesh.apply(force=True, because="it is over").raise_for_failure()
        with pytest.raises(Unknown):
            mesh.table("fleet.planes.plane@1")
