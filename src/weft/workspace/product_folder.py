"""One product's folder, read whole: its manifest, contracts, transforms, tests and build settings as one value.

What is wrong is collected as it is met; a file that cannot be read is left out, and what depends on it is not blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from weft.errors import EngineFault, Fault, Faults, Place, Refused, did_you_mean
from weft.names import LINE_LABEL, ProductName, fault_of_identifier
from weft.product.contract import Contract
from weft.product.from_odcs import contract_from
from weft.product.from_odps import Manifest, manifest_from
from weft.product.product import BuildSettings, Product, Reading, Transform
from weft.standards.document import Document, read
from weft.standards.odcs import SUFFIX
from weft.standards.odps import MANIFEST
from weft.standards.schemas import Kind, faults_of
from weft.workspace.binding import faults_of_binding
from weft.workspace.build_file import build_settings
from weft.workspace.core_product import decisions_file, faults_of_promises, with_core
from weft.workspace.python_transform import PythonFault, python_meaning, python_reading
from weft.workspace.text import digest_of, text_of
from weft.workspace.tree import CORE

Read = Callable[[str], bytes]
"""The content of a file, by its path relative to the mesh's root. Raises: Faults."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a product lies: its folder, its full name by the folders around it, and what each of its files holds."""

    folder: str
    name: ProductName
    digest: str
    files: Mapping[str, str]
    """File to digest, of the product's folder."""
    lock: str
    """Digest of the lock file that its Python runs by; empty where there is none."""
    read: Read


@dataclass(slots=True)
class _Parts:
    """What was read so far."""

    contracts: list[Contract] = field(default_factory=list)
    transforms: list[Transform] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Ids of contracts that are there and could not be read."""


def read_product(ground: Ground) -> tuple[Product | None, tuple[Fault, ...]]:
    """The product, None where its manifest cannot be read, and everything that is wrong in its folder."""
    parts = _Parts()
    manifest = _manifest(ground, parts)
    for file in sorted(ground.files):
        _read_file(file, ground, parts)
    build = _build(ground, parts)
    product = _product(ground, manifest, parts, build) if manifest else None
    if manifest and product:
        product = _with_core(product, ground, parts, is_known=not (manifest.unread | parts.unread))
        parts.transforms = [*product.transforms]
    _say_given_twice(parts)
    _say_tests_of_nothing(parts)
    if manifest is None or product is None:
        return None, tuple(parts.faults)
    parts.faults += faults_of_binding(product, manifest.unread | parts.unread)
    return product, tuple(parts.faults)


def _product(ground: Ground, manifest: Manifest, parts: _Parts, build: BuildSettings) -> Product:
    return Product(
        name=ground.name,
        id=manifest.id,
        folder=ground.folder,
        digest=ground.digest,
        contracts=tuple(parts.contracts),
        input_ports=manifest.input_ports,
        output_ports=manifest.output_ports,
        transforms=tuple(parts.transforms),
        test_files=tuple(parts.tests),
        title=manifest.title,
        version=manifest.version,
        status=manifest.status,
        type=manifest.type,
        purpose=manifest.purpose,
        usage=manifest.usage,
        limitations=manifest.limitations,
        tags=manifest.tags,
        team=manifest.team,
        support=manifest.support,
        build=build,
        modules=_modules(ground, parts),
        custom=manifest.custom,
        place=manifest.place,
    )


def _document(file: str, kind: Kind, ground: Ground, parts: _Parts) -> tuple[Document | None, bool]:
    """A document, and whether it keeps to its schema; None where it is no YAML at all."""
    try:
        document = read(text_of(ground.read(file), file), file)
        if kind != "tests":
            document.mapping()
    except Faults as error:
        parts.faults += error.faults
        return None, False
    faults = faults_of(document, kind)
    parts.faults += faults
    return document, not faults


def _manifest(ground: Ground, parts: _Parts) -> Manifest | None:
    document, valid = _document(f"{ground.folder}/{MANIFEST}", "odps", ground, parts)
    if document is None or not valid:
        return None
    manifest, faults = manifest_from(document)
    parts.faults += faults
    domain = ground.name.partition(".")[0]
    if manifest.domain and manifest.domain != domain:
        message = f"the manifest says domain '{manifest.domain}', and lies in the folder of '{domain}'"
        parts.faults.append(Fault(document.place("domain"), message, f"Write `domain: {domain}`, or move the folder."))
    return manifest


def _read_file(file: str, ground: Ground, parts: _Parts) -> None:
    folder, _, name = file.removeprefix(f"{ground.folder}/").rpartition("/")
    try:
        if folder == "contracts":
            _contract(file, ground, parts)
        elif folder == "transforms" and not name.startswith("_"):
            _transform(file, name, ground, parts)
        elif folder == "tests" and not name.endswith(".py"):
            _test(file, ground, parts)
        elif name.endswith(".py"):
            parts.modules += [file, python_meaning(text_of(ground.read(file), file))]
    except Faults as error:
        parts.faults += error.faults
    except PythonFault as error:
        parts.faults.append(Fault(Place(file, error.line), error.message, error.mend))


def _contract(file: str, ground: Ground, parts: _Parts) -> None:
    if not file.endswith(SUFFIX):
        parts.faults.append(Fault(Place(file), "this is not read as a contract", f"Name it `<name>{SUFFIX}`."))
        return
    document, valid = _document(file, "odcs", ground, parts)
    contract, faults = contract_from(document) if document and valid else (None, ())
    parts.faults += faults
    if contract:
        parts.contracts.append(contract)
    elif document:
        parts.unread.add(str(document.data.get("id")))
    else:
        parts.unread.add("*")


def _transform(file: str, name: str, ground: Ground, parts: _Parts) -> None:
    stem, _, suffix = name.rpartition(".")
    table, at, line = stem.partition("@")
    if reason := fault_of_identifier(table):
        parts.faults.append(Fault(Place(file), f"transform {reason}", "Name the file after the table that it makes."))
        return
    if at and not LINE_LABEL.fullmatch(line):
        mend = "Write a major version, `departures@1.sql`, or a preview, `departures@2.0.0-beta.1.sql`."
        parts.faults.append(Fault(Place(file), f"'{line}' names no line", mend))
        return
    text = text_of(ground.read(file), file)
    if suffix == "sql":
        parts.transforms.append(Transform(table, "sql", file, text, line, _sql_reading(text, file, parts)))
    else:
        reading = Reading((), "")
        try:
            reading = python_reading(text, table, line)
        finally:
            parts.transforms.append(Transform(table, "python", file, text, line, reading))


def _sql_reading(text: str, file: str, parts: _Parts) -> Reading:
    from weft.sql import reading

    try:
        return reading(text)
    except (Refused, EngineFault) as error:
        line = error.place.line if error.place else 0
        parts.faults.append(Fault(Place(file, line), error.message, error.mend))
        return Reading((), "")


def _test(file: str, ground: Ground, parts: _Parts) -> None:
    _document(file, "tests", ground, parts)
    parts.tests.append(file)


def _say_tests_of_nothing(parts: _Parts) -> None:
    made = {t.table if not t.line else f"{t.table}@{t.line}" for t in parts.transforms}
    for file in parts.tests:
        stem = file.rpartition("/")[2].rpartition(".")[0]
        if stem not in made:
            message = f"this tests '{stem}', and no transform makes that"
            parts.faults.append(Fault(Place(file), message, did_you_mean(stem, made) or "Name it after a transform."))


def _build(ground: Ground, parts: _Parts) -> BuildSettings:
    file = f"{ground.folder}/build.yaml"
    if file not in ground.files:
        return BuildSettings()
    document, valid = _document(file, "build", ground, parts)
    return build_settings(document, parts.faults) if document and valid else BuildSettings()


def _with_core(product: Product, ground: Ground, parts: _Parts, *, is_known: bool) -> Product:
    """With what `core.yaml` declares. Where contracts could not be read, nothing is said of what they lack."""
    file = f"{ground.folder}/{CORE}"
    if file not in ground.files:
        return product
    document, valid = _document(file, "core", ground, parts)
    if document is None or not valid:
        parts.unread.add("*")
        return product
    decisions = decisions_file(document, ground.folder)
    product, faults = with_core(product, document, decisions if decisions in ground.files else "", ground.read)
    parts.faults += faults
    if product.core and is_known:
        parts.faults += faults_of_promises(product.core, product, document.place("entity"))
    return product


def _modules(ground: Ground, parts: _Parts) -> str:
    """Of the product's own modules and the lock file; nothing where no table is made in Python."""
    if all(transform.language != "python" for transform in parts.transforms):
        return ""
    return digest_of("\0".join((ground.lock, *parts.modules)).encode())


def _say_given_twice(parts: _Parts) -> None:
    made: dict[tuple[str, str], str] = {}
    for transform in parts.transforms:
        if first := made.get((transform.table, transform.line)):
            message = f"'{transform.table}' is made here and in {first.rpartition('/')[2]}"
            parts.faults.append(Fault(Place(transform.file), message, "Keep one of them."))
        made.setdefault((transform.table, transform.line), transform.file)
    known: dict[tuple[str, str], Any] = {}
    for contract in parts.contracts:
        if first := known.get((contract.id, contract.version)):
            message = f"contract '{contract.id}' {contract.version} is here and in {first.rpartition('/')[2]}"
            parts.faults.append(Fault(contract.place, message, "Give one another `version`, or another `id`."))
        known.setdefault((contract.id, contract.version), contract.file)
