"""One domain's folder: `domain.yaml` as a value."""

from __future__ import annotations

from typing import Any

from weft.errors import Fault, Faults, Place
from weft.names import MESH_DOMAIN, DomainName, fault_of_identifier
from weft.product.from_odcs import channels_from, team_from
from weft.product.mesh import Domain
from weft.standards.document import Document, read
from weft.standards.schemas import faults_of
from weft.workspace.text import text_of


def read_domain(file: str, parent: str | None, digest: str, content: bytes) -> tuple[Domain | None, tuple[Fault, ...]]:
    """The domain of the folder that `file` lies in, None where it cannot be read; `parent` is the domain around it."""
    folder = file.rpartition("/")[0]
    leaf = folder.rpartition("/")[2]
    try:
        document = read(text_of(content, file), file)
        data = document.mapping()
    except Faults as error:
        return None, error.faults
    faults = list(faults_of(document, "domain"))
    if not faults:
        faults += _faults_of_names(document, data, leaf, parent)
    if faults:
        return None, tuple(faults)
    return Domain(
        name=DomainName(leaf),
        folder=folder,
        digest=digest,
        description=data.get("description", ""),
        parent=DomainName(parent) if parent else None,
        team=team_from(data.get("team")),
        support=channels_from(data.get("support")),
        terms=dict(data.get("terms") or {}),
        place=Place(file, 1),
    ), ()


def _faults_of_names(document: Document, data: dict[str, Any], leaf: str, parent: str | None) -> list[Fault]:
    found = []
    if reason := fault_of_identifier(leaf):
        found.append(Fault(Place(document.file), f"domain folder {reason}", "Rename the folder."))
    elif data["name"] != leaf:
        message = f"the domain is named '{data['name']}', and its folder '{leaf}'"
        found.append(Fault(document.place("name"), message, f"Write `name: {leaf}`, or rename the folder."))
    if leaf == MESH_DOMAIN:
        found.append(Fault(document.place("name"), "the domain `mesh` is the mesh's own metadata", "Rename this one."))
    if "parent" in data and data["parent"] != parent:
        lies = f"in that of '{parent}'" if parent else "in no other domain's"
        message = f"the parent is said to be '{data['parent']}', and the folder lies {lies}"
        found.append(Fault(document.place("parent"), message, "Move the folder, or write the domain that it lies in."))
    return found
