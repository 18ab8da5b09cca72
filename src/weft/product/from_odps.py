"""From an ODPS document that keeps to its schema to what a product says of itself, and what in it cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weft.errors import Fault, Place
from weft.names import fault_of_identifier
from weft.product.contract import Channel, Scalar, Team
from weft.product.from_odcs import channels_from, custom_from, team_from
from weft.product.product import InputPort, OutputPort
from weft.standards.document import Document
from weft.versions import Version


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a product's manifest says; the folder it lies in says the rest."""

    id: str
    domain: str = ""
    input_ports: tuple[InputPort, ...] = ()
    output_ports: tuple[OutputPort, ...] = ()
    title: str = ""
    version: str = ""
    status: str = "draft"
    type: str = ""
    purpose: str = ""
    usage: str = ""
    limitations: str = ""
    tags: tuple[str, ...] = ()
    team: Team = field(default_factory=Team)
    support: tuple[Channel, ...] = ()
    custom: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    """Ids of contracts whose port is left out for a fault of its own."""
    place: Place = field(default=Place(""), compare=False)


def manifest_from(document: Document) -> tuple[Manifest, tuple[Fault, ...]]:
    """The manifest, without the ports that cannot be read, and all faults found on the way."""
    data = document.mapping()
    faults: list[Fault] = []
    description = data.get("description") or {}
    inputs, outputs = _inputs(document, data, faults), _outputs(document, data, faults)
    said = {port.get("contractId") for ports in ("inputPorts", "outputPorts") for port in data.get(ports) or ()}
    manifest = Manifest(
        id=data["id"],
        domain=data.get("domain", ""),
        input_ports=inputs,
        output_ports=outputs,
        unread=frozenset(
            said - {port.contract_id for port in inputs} - {port.contract_id for port in outputs} - {None}
        ),
        title=data.get("name", ""),
        version=data.get("version", ""),
        status=data.get("status", "draft"),
        type=data.get("type", ""),
        purpose=description.get("purpose", ""),
        usage=description.get("usage", ""),
        limitations=description.get("limitations", ""),
        tags=tuple(data.get("tags") or ()),
        team=team_from(data.get("team")),
        support=channels_from(data.get("support")),
        custom=custom_from(data.get("customProperties")),
        place=Place(document.file, 1),
    )
    return manifest, tuple(faults)


def _inputs(document: Document, data: dict[str, Any], faults: list[Fault]) -> tuple[InputPort, ...]:
    found: dict[str, InputPort] = {}
    for said in data.get("inputPorts") or ():
        name, place = said["name"], document.place_of(said)
        version = _version(said, "input port", place, faults)
        if "contractId" not in said:
            mend = "Add `contractId:`, of another product's contract or of a source contract of this product."
            faults.append(Fault(place, f"input port '{name}' says no contract", mend))
        elif reason := fault_of_identifier(name):
            faults.append(Fault(place, f"input port {reason}"))
        elif name in found:
            faults.append(Fault(place, f"the input port '{name}' is given twice", "Remove one, or rename it."))
        elif version is not None:
            found[name] = InputPort(name, said["contractId"], version, place)
    return tuple(found.values())


def _outputs(document: Document, data: dict[str, Any], faults: list[Fault]) -> tuple[OutputPort, ...]:
    found: dict[tuple[str, str], OutputPort] = {}
    for said in data.get("outputPorts") or ():
        name, place = said["name"], document.place_of(said)
        version = _version(said, "output port", place, faults)
        missing = [field for field in ("contractId", "version") if field not in said]
        if missing:
            message = f"output port '{name}' says no {' and no '.join(missing)}"
            faults.append(Fault(place, message, f"Add `{missing[0]}:`, of the contract that it promises."))
        elif reason := fault_of_identifier(name):
            faults.append(Fault(place, f"output port {reason}"))
        elif version is None:
            continue
        elif (name, Version.parse(version).line) in found:
            line = Version.parse(version).line
            mend = "Keep the newer: a line of a port is promised once."
            faults.append(Fault(place, f"the output port '{name}' is given twice on line {line}", mend))
        else:
            found[name, Version.parse(version).line] = _output(said, version, place)
    return tuple(found.values())


def _output(said: dict[str, Any], version: str, place: Place) -> OutputPort:
    return OutputPort(
        name=said["name"],
        version=version,
        contract_id=said["contractId"],
        description=said.get("description", ""),
        type=said.get("type", ""),
        deprecated=said.get("deprecated", False),
        tags=tuple(said.get("tags") or ()),
        place=place,
    )


def _version(said: dict[str, Any], what: str, place: Place, faults: list[Fault]) -> str | None:
    """The version in one form, '' where none is said, None where it is no version."""
    if "version" not in said:
        return ""
    try:
        return str(Version.parse(said["version"]))
    except ValueError as error:
        faults.append(Fault(place, f"{what} '{said['name']}': {error}"))
        return None
