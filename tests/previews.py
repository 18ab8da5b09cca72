"""The flights of `tests.meshes` with a preview of their port beside the stable line, as its team would write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

FLIGHTS = Path("domains/operations/flights")
ROUTES = Path("domains/network/routes")
PREVIEW = "operations.flights.departures@1.1.0-beta.1"
SQL = 'SELECT sum(delay) AS delay FROM operations.flights."departures@1.1.0-beta.1"'
LATER = (
    "SELECT f.id, f.tail, p.seats, f.delay + 1 AS delay FROM flight_file f LEFT JOIN plane p USING (tail) ORDER BY f.id"
)


def write_preview(
    root: Path, sql: str = LATER, invites: Sequence[str] = ("network.routes", "ada@example.org"), until: str = ""
) -> None:
    """`departures@1.1.0-beta.1`: another transform, and the columns of the stable line."""
    folder = root / FLIGHTS
    contract = (folder / "contracts/flights.odcs.yaml").read_text()
    (folder / "contracts/flights_beta.odcs.yaml").write_text(
        contract.replace("version: 1.0.0", "version: 1.1.0-beta.1")
    )
    manifest = (folder / "product.odps.yaml").read_text()
    entry = "  - {name: departures, version: 1.1.0-beta.1, contractId: operations.flights}\n"
    (folder / "product.odps.yaml").write_text(manifest + entry)
    (folder / "transforms/departures@1.1.0-beta.1.sql").write_text(sql)
    invite(root, invites, until)


def invite(root: Path, invites: Sequence[str], until: str = "") -> None:
    end = f"    until: {until}\n" if until else ""
    said = f"previews:\n  departures@1.1.0-beta.1:\n    invites: [{', '.join(invites)}]\n{end}"
    (root / FLIGHTS / "build.yaml").write_text(said if invites else "")
    if not invites:
        (root / FLIGHTS / "build.yaml").unlink()


def go_stable(root: Path, *, keeps_text: bool = False) -> None:
    """The preview's entry goes, and the stable one moves to its version."""
    folder = root / FLIGHTS
    text = (folder / "transforms/departures@1.1.0-beta.1.sql").read_text()
    if not keeps_text:
        (folder / "transforms/departures.sql").write_text(text)
    (folder / "transforms/departures@1.1.0-beta.1.sql").unlink()
    (folder / "contracts/flights_beta.odcs.yaml").unlink()
    (folder / "build.yaml").unlink()
    contract = folder / "contracts/flights.odcs.yaml"
    contract.write_text(contract.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    manifest = folder / "product.odps.yaml"
    lines = [line for line in manifest.read_text().splitlines() if "beta.1" not in line]
    old, new = "departures, version: 1.0.0", "departures, version: 1.1.0"
    manifest.write_text("\n".join(line.replace(old, new) for line in lines) + "\n")


def read_preview(root: Path, product: Path = ROUTES, asks: str = "1.1.0-beta.1") -> None:
    """A consumer's input port asks for the preview: what it makes of that means something else, and its own version says so."""
    for file in (root / product / "product.odps.yaml", root / product / "contracts" / f"{product.name}.odcs.yaml"):
        text = file.read_text().replace(
            "\nversion: 1.0.0\nstatus: active\nschema", "\nversion: 1.1.0\nstatus: active\nschema"
        )
        text = text.replace("delays, version: 1.0.0", "delays, version: 1.1.0")
        file.write_text(text.replace("departures, version: 1.0.0", f"departures, version: {asks}"))
