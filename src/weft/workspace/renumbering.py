"""Another version of a contract, written where it is said: in the contract, and in the ports that are bound to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from weft.errors import Refused, StoreFault
from weft.plan.evolution import Edit
from weft.product.contract import Contract
from weft.product.product import Product
from weft.standards.document import Document, read
from weft.standards.odps import MANIFEST
from weft.versions import Version
from weft.workspace.text import bytes_of, text_of


def renumbering(contract: Contract, version: Version, products: Iterable[Product], root: Path) -> tuple[Edit, ...]:
    """Every edit that makes this version of a contract another: its own document, the output ports of its product, and
    input ports of the products given that the other version would not fit.

    Raises: Faults, where a document cannot be read.
    """
    edits = [_edit(_document(contract.file, root), ("version",), version)]
    for product in products:
        edits += _of_manifest(product, contract, version, root)
    return tuple(edits)


def write(edits: Iterable[Edit], root: Path) -> tuple[str, ...]:
    """Makes the edits, and leaves every other character as it is; the files, in order.

    Raises: Refused where something else stands there by now, StoreFault where a file cannot be written.
    """
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.place.file, []).append(edit)
    texts = {file: _rewritten(each, root) for file, each in by_file.items()}
    for file, content in texts.items():
        try:
            (root / file).write_bytes(content)
        except OSError as error:
            raise StoreFault(f"{file} cannot be written: {error.strerror or error}") from error
    return tuple(texts)


def _of_manifest(product: Product, contract: Contract, version: Version, root: Path) -> Iterator[Edit]:
    named = [(port.contract_id, port.version) for port in product.output_ports]
    named += [(port.contract_id, port.version) for port in product.input_ports]
    if not any(of == contract.id and said for of, said in named):
        return
    document = _document(f"{product.folder}/{MANIFEST}", root)
    owns = product.contract(contract.id, contract.version) is not None
    for at, port in enumerate(document.data.get("outputPorts") or ()):
        if owns and port.get("contractId") == contract.id and _is(port.get("version"), contract.semantic_version):
            yield _edit(document, ("outputPorts", at, "version"), version)
    for at, port in enumerate(document.data.get("inputPorts") or ()):
        if port.get("contractId") == contract.id and _leaves(port.get("version"), contract.semantic_version, version):
            yield _edit(document, ("inputPorts", at, "version"), version)


def _is(said: object, version: Version) -> bool:
    return bool(said) and Version.parse(str(said)) == version


def _leaves(said: object, old: Version, new: Version) -> bool:
    """Whether an input port that asks for this is answered by the old version, and would not be by the new one."""
    if not said:
        return False
    wanted = Version.parse(str(said))
    return old.satisfies(wanted) and not new.satisfies(wanted)


def _document(file: str, root: Path) -> Document:
    return read(text_of(bytes_of(root, file), file), file)


def _edit(document: Document, path: tuple[str | int, ...], version: Version) -> Edit:
    old = document.data
    for step in path:
        old = old[step]
    return Edit(document.place(*path), path, str(old), str(version))


def _rewritten(edits: list[Edit], root: Path) -> bytes:
    from weft.standards.writing import rewritten

    content = bytes_of(root, edits[0].place.file)
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = text_of(content, edits[0].place.file)
    for edit in edits:
        document = read(text, edit.place.file)
        if _edit(document, edit.path, Version.parse(edit.new)).old != edit.old:
            raise Refused(f"something else than {edit.old} stands there by now", place=edit.place, mend="Plan again.")
        text = rewritten(text, edit.path, edit.new)
    return mark + text.encode()
