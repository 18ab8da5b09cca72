"""A mesh to which things happened: releases, a preview, an end, a run that failed, readers, a service level and a glossary."""

from __future__ import annotations

from pathlib import Path

from tests.meshes import A, Made, claimed, planes_and_departures, write_mesh
from tests.previews import write_preview

from weft.session import Session, open_session

DOMAIN = """
name: fleet
description: Everything about the aircraft that fly for us.
team: {name: Hangar, members: [{username: amelia@example.org, name: Amelia E, role: owner}]}
support: [{channel: hangar, url: 'mailto:hangar@example.org', tool: email}, {channel: trap, url: 'javascript:alert(1)'}]
terms: {tail number: What is painted on an `aircraft`}
"""
LEVELS = "slaProperties: [{property: frequency, value: 1, unit: d}, {property: endOfSupport, value: '2099-06-30'}]\n"
FAILING = "      - {name: many, type: library, metric: rowCount, mustBeGreaterThan: 1000}\n"


def written(root: Path) -> Path:
    columns = {"tail": "string key", "looked": "boolean"}
    inspections = Made("inspection", columns, "SELECT tail, true AS looked FROM plane")
    write_mesh(root, *planes_and_departures(), A("safety.inspections", [inspections], reads=["fleet.planes.plane"]))
    (root / "domains/fleet/domain.yaml").write_text(DOMAIN)
    safety = (root / "domains/safety").rename(root / "domains/fleet/safety")
    (safety / "domain.yaml").write_text("name: safety\ndescription: Within the fleet.\nparent: fleet\n")
    return root


def applied(session: Session, *, succeeds: bool = True) -> None:
    session.refresh()
    assert session.apply(claimed(session)).succeeded is succeeds


def live(root: Path) -> None:
    """Each step is a run."""
    with open_session(written(root)) as session:
        applied(session)
        _add_column(root)
        applied(session)
        _fail(root, session)
        write_preview(root)
        applied(session)
        _make_major(root)
        applied(session)
        with session.query("SELECT places FROM fleet.planes.plane") as answer:
            answer.arrow()


def _add_column(root: Path) -> None:
    folder = root / "domains/fleet/planes"
    contract = folder / "contracts/planes.odcs.yaml"
    contract.write_text(contract.read_text() + "      - name: large\n        logicalType: boolean\n")
    (folder / "transforms/plane.sql").write_text("SELECT tail, seats + 1 AS seats, seats > 60 AS large FROM plane_file")


def _fail(root: Path, session: Session) -> None:
    contract = root / "domains/operations/flights/contracts/flights.odcs.yaml"
    text = contract.read_text()
    contract.write_text(text.replace("    quality:\n", f"    quality:\n{FAILING}"))
    session.refresh()
    session.apply(claimed(session))
    contract.write_text(text)
    manifest = root / "domains/operations/flights/product.odps.yaml"
    manifest.write_text(manifest.read_text().replace("1.1.0", "1.0.0"))


def _make_major(root: Path) -> None:
    """`seats` is called `places` in line 2; line 1 comes to an end."""
    folder = root / "domains/fleet/planes"
    contract, manifest = folder / "contracts/planes.odcs.yaml", folder / "product.odps.yaml"
    text = contract.read_text()
    new = text.replace("version: 1.1.0", "version: 2.0.0").replace("name: seats", "name: places")
    (folder / "contracts/planes_2.odcs.yaml").write_text(new)
    contract.write_text(text.replace("status: active", "status: deprecated") + LEVELS)
    manifest.write_text(manifest.read_text() + "  - {name: plane, version: 2.0.0, contractId: fleet.planes}\n")
    transform = folder / "transforms/plane.sql"
    (folder / "transforms/plane@1.sql").write_text(transform.read_text())
    transform.write_text(transform.read_text().replace("AS seats", "AS places"))
