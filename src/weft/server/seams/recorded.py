"""What is recorded, as a checkout needs it to plan: its own domain's whole, of others what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version

from weft.access.discovering import seen_mesh
from weft.names import PROD, LineName, ProductName, SnapshotId, domain_of
from weft.product.contract import Contract, Server
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product, Transform
from weft.product.snapshot import ColumnEdge, Recorded, Snapshot
from weft.query.hiding import Hidden, hidden
from weft.registry.remote.methods import Shared
from weft.server.seams.desk import Desk
from weft.server.seams.knowing import known, known_products


def shared(desk: Desk) -> Shared:
    settings = desk.asking.serving.session.settings
    days = settings.retention_days, settings.expire_days, settings.query_log_days, settings.unread_days
    return Shared(
        settings.name, version("weft"), *days, settings.preview_verdicts, desk.reader.name, tuple(sorted(desk.own))
    )


def recorded(desk: Desk, environment: str) -> Recorded:
    """What can be reused, and what sources looked like, of the caller's own domains alone."""
    found = known(desk, desk.registry.recorded(environment))
    kept = {fingerprint: id_ for fingerprint, (id_, product) in desk.clients.kept().items() if desk.is_own(product)}
    if (what := hidden(desk.library(environment))) is not None:
        found = _known(found, what)
    return replace(found, kept=kept, sources={key: one for key, one in found.sources.items() if desk.is_own(key[0])})


def _known(found: Recorded, what: Hidden) -> Recorded:
    """Without what is not discoverable for whoever asks."""
    gone = what.products
    return replace(
        found,
        pointers={line: one for line, one in found.pointers.items() if line not in what.lines},
        digests={name: digest for name, digest in found.digests.items() if name not in gone},
        input_lines={key: label for key, label in found.input_lines.items() if key[0] not in gone},
        holds={name: hold for name, hold in found.holds.items() if name not in gone},
    )


def products(desk: Desk, names: Sequence[ProductName] | None, environment: str) -> dict[ProductName, Product]:
    found = desk.shelf.products(environment)
    if (what := hidden(desk.library(environment))) is not None:
        found = seen_mesh(Mesh("", {}, dict(found)), dict(what.ports)).products
    wanted = found if names is None else {name: found[name] for name in dict.fromkeys(names) if name in found}
    asked_for = {c.id for name, product in found.items() if desk.is_own(name) for _, c, _ in product.promises}
    return {
        name: product if desk.may("read unpublished", product.domain) else promised(product, asked_for)
        for name, product in known_products(desk, dict(wanted), environment).items()
    }


def promised(product: Product, asked_for: set[str]) -> Product:
    """A product as others know it: what it promises and reads. How it is made is its own, but for whose port it reads:
    they bind its SQL again before they change what they promise."""
    reads = any(port.contract_id in asked_for for port in product.input_ports)
    transforms = product.transforms if reads else tuple(map(_untold, product.transforms))
    return replace(product, transforms=transforms, contracts=tuple(map(_placeless, product.contracts)))


def _untold(transform: Transform) -> Transform:
    return replace(transform, text="")


def _placeless(contract: Contract) -> Contract:
    """Where a source is, is nobody else's business."""
    if not contract.is_source:
        return contract
    return replace(contract, servers=tuple(Server(one.name, one.type) for one in contract.servers))


def domains(desk: Desk, environment: str) -> tuple[Domain, ...]:
    return desk.registry.domains(environment)


def lineage(desk: Desk, names: Sequence[ProductName], environment: str) -> dict[ProductName, tuple[ColumnEdge, ...]]:
    found = desk.registry.lineage(names, environment)
    if (what := hidden(desk.library(environment))) is None:
        return found
    return {
        name: tuple(edge for edge in edges if edge.source not in what.lines and edge.line not in what.lines)
        for name, edges in found.items()
        if name not in what.products
    }


def snapshots(desk: Desk, ids: Sequence[SnapshotId]) -> dict[SnapshotId, Snapshot]:
    """Statistics tell values, so that those of others' tables stay."""
    found = desk.registry.snapshots(ids)
    if (what := hidden(desk.library(PROD))) is not None:
        found = {id_: one for id_, one in found.items() if one.line not in what.lines}
    return {id_: one if _is_told(desk, one.line) else replace(one, statistics={}) for id_, one in found.items()}


def _is_told(desk: Desk, line: LineName) -> bool:
    return desk.may("read unpublished", domain_of(line))
