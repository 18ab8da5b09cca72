"""A mesh in which `network.routes` says what it expects of the departures that `operations.flights` promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent

from tests.meshes import claimed, planes_and_departures, write_mesh

from weft.names import LineName, ProductName
from weft.product.checks import CheckResult
from weft.run.report import ProductReport, RunReport
from weft.session import Choice, open_session

FLIGHTS, ROUTES = ProductName("operations.flights"), ProductName("network.routes")
DEPARTURES = LineName("operations.flights.departures@1")
FILE = "contracts/expected.odcs.yaml"
DELAY = "- {name: delay, logicalType: integer}"


def expectation(rules: str = "", columns: str = DELAY, levels: str = "") -> str:
    """The consumer's document: rules of the table, the columns that it uses, and service levels."""
    text = "apiVersion: v3.2.0\nkind: DataContract\nid: operations.flights\nversion: 1.0.0\nstatus: active\n"
    text += f"slaProperties:\n{indent(dedent(levels).strip(), '  ')}\n" if levels else ""
    text += f"schema:\n  - name: departures\n    properties:\n{indent(dedent(columns).strip(), ' ' * 6)}\n"
    return text + (f"    quality:\n{indent(dedent(rules).strip(), ' ' * 6)}\n" if rules else "")


def mesh_that_expects(root: Path, said: str, promised: str = "") -> Path:
    """`promised` are rules of the producer's contract, beside that there are rows."""
    planes, flights, routes = planes_and_departures()
    (made,) = flights.makes
    made = replace(made, quality=f"{made.quality}\n{dedent(promised).strip()}")
    return write_mesh(root, planes, replace(flights, makes=[made]), replace(routes, files={FILE: said}))


def write_expectation(root: Path, said: str) -> None:
    (root / "domains/network/routes" / FILE).write_text(said)


def change(root: Path, sql: str) -> None:
    (root / "domains/operations/flights/transforms/departures.sql").write_text(sql)


SQL = "SELECT f.id, f.tail, p.seats, {delay} AS delay FROM flight_file f LEFT JOIN plane p USING (tail) ORDER BY f.id\n"


def applied(root: Path, *select: str) -> RunReport:
    with open_session(root) as session:
        return session.apply(claimed(session, Choice(select)))


def of(report: RunReport, product: ProductName) -> ProductReport:
    return next(one for one in report.products if one.product == product)


def expected(results: Sequence[CheckResult]) -> dict[str, tuple[str, str]]:
    """Of what consumers expect: the check, to its outcome and severity."""
    return {r.check.partition(" expects ")[2]: (r.outcome, r.severity) for r in results if r.consumer}
