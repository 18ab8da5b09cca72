"""What is promoted is held against the consumers that are there by then."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.meshes import A, Made, Source, write_mesh, write_product

from weft.errors import Refused
from weft.names import PROD
from weft.session import open_session
from weft.session.promoting import promote

CONTRACT = "domains/ops/flights/contracts/flights.odcs.yaml"
MANIFEST = "domains/ops/flights/product.odps.yaml"
ROOT = A(
    "ops.flights",
    [Made("departures", {"id": "integer", "delay": "integer"}, "SELECT id, delay FROM file")],
    [Source("file", {"id": "integer", "delay": "integer"}, "id,delay\n1,3\n2,0\n")],
)


def summing(name: str, made: str) -> A:
    return A(name, [Made(name.partition(".")[2], {"late": "integer"}, made)], reads=["ops.flights.departures"])


def applied(root: Path, environment: str = PROD) -> None:
    with open_session(root, environment) as session:
        assert session.apply(session.plan()).succeeded


def typed(root: Path, physical: str, version: str) -> None:
    """The promise of `delay` in another type, at a version."""
    text = (root / CONTRACT).read_text()
    told = "        logicalType: integer\n"
    head, _, rest = text.partition("      - name: delay\n")
    rest = rest.removeprefix(told).removeprefix("        physicalType: INTEGER\n")
    (root / CONTRACT).write_text(f"{head}      - name: delay\n{told}{physical}{rest}")
    for file in (CONTRACT, MANIFEST):
        lines = (root / file).read_text().splitlines()
        wanted = [_versioned(line, version) for line in lines]
        (root / file).write_text("\n".join(wanted) + "\n")


def _versioned(line: str, version: str) -> str:
    for other in ("1.0.0", "1.1.0"):
        if line.startswith("version:") or "name: departures," in line:
            line = line.replace(other, version)
    return line


def test_a_consumer_that_came_since_is_asked_before_a_wider_type_is_promoted(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, summing("net.wide", "SELECT max(delay)::BIGINT AS late FROM departures"))
    typed(root, "        physicalType: INTEGER\n", "1.0.0")
    applied(root)
    typed(root, "", "1.1.0")
    applied(root, "wide")
    typed(root, "        physicalType: INTEGER\n", "1.0.0")
    narrow = Made("narrow", {"late": "integer"}, "SELECT max(delay) AS late FROM departures")
    write_product(root, A("net.narrow", [narrow], reads=["ops.flights.departures"]))
    contract = root / "domains/net/narrow/contracts/narrow.odcs.yaml"
    contract.write_text(
        contract.read_text().replace("logicalType: integer", "logicalType: integer\n        physicalType: INTEGER")
    )
    applied(root)
    with open_session(root) as session, pytest.raises(Refused, match=r"2\.0\.0 is the least.* type widened"):
        promote(session, "wide")


def test_a_wider_type_that_everybody_takes_is_promoted(tmp_path: Path) -> None:
    root = write_mesh(tmp_path, ROOT, summing("net.wide", "SELECT max(delay)::BIGINT AS late FROM departures"))
    typed(root, "        physicalType: INTEGER\n", "1.0.0")
    applied(root)
    typed(root, "", "1.1.0")
    applied(root, "wide")
    with open_session(root) as session:
        assert {product.product for product in promote(session, "wide").products} >= {"ops.flights"}
