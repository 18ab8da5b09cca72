"""New folders: a mesh, a domain, a product that runs as it is written. Nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from weft.errors import Misuse, Unknown
from weft.names import MESH_DOMAIN, DomainName, ProductName, fault_of_identifier
from weft.settings import Settings
from weft.standards.odcs import SUFFIX
from weft.standards.odps import MANIFEST
from weft.workspace import templates
from weft.workspace.cache import SCHEMAS
from weft.workspace.root import MESH_FILE
from weft.workspace.tree import DOMAIN_FILE, tree_of


def init(folder: Path, name: str) -> tuple[Path, ...]:
    """A new mesh in a folder, made where it is not there. Returns what was written. Raises: Misuse."""
    if reason := fault_of_identifier(name):
        raise Misuse(reason)
    if (folder / MESH_FILE).exists():
        raise Misuse(f"{folder / MESH_FILE} is there already", mend="Go on with `weft new domain NAME`.")
    texts = {MESH_FILE: templates.MESH.format(name=name)}
    if not (folder / ".gitignore").exists():
        texts[".gitignore"] = templates.GITIGNORE
    return write_new(folder, {name: _with_schema(folder, folder / name, text) for name, text in texts.items()})


def new_domain(settings: Settings, name: str, parent: str | None = None) -> tuple[Path, ...]:
    """A new domain, in another where a parent is given. Returns what was written. Raises: Misuse, Unknown."""
    if reason := fault_of_identifier(name):
        raise Misuse(reason)
    if name == MESH_DOMAIN:
        raise Misuse("the domain `mesh` is the mesh's own metadata", mend="Choose another name.")
    known = domain_folders(settings)
    if name in known:
        raise Misuse(f"the domain '{name}' is there already, in {known[DomainName(name)]}", mend="Choose another name.")
    around = settings.domains if parent is None else settings.root / _folder_of(parent, known)
    text = templates.DOMAIN.format(name=name, mark=templates.MARK, parent=f"parent: {parent}\n" if parent else "")
    folder = around / name
    return write_new(folder, {DOMAIN_FILE: _with_schema(settings.root, folder / DOMAIN_FILE, text)})


def new_product(settings: Settings, product: ProductName, *, example: bool = True) -> tuple[Path, ...]:
    """A new product: by default a small one that runs, from a file of its own to a promised table; else its manifest alone.

    Returns what was written. Raises: Misuse, Unknown where there is no such domain.
    """
    domain, _, leaf = product.partition(".")
    if not leaf or "." in leaf:
        raise Misuse(f"'{product}' is no name of a product", mend="Write `domain.product`.")
    if reason := fault_of_identifier(leaf):
        raise Misuse(reason)
    folder = settings.root / _folder_of(domain, domain_folders(settings)) / leaf
    if folder.exists():
        raise Misuse(f"{folder.relative_to(settings.root)} is there already", mend="Choose another name.")
    texts = _texts(product, example)
    return write_new(folder, {name: _with_schema(settings.root, folder / name, text) for name, text in texts.items()})


def _texts(product: ProductName, example: bool) -> dict[str, str]:
    domain, _, leaf = product.partition(".")
    words = {
        "product": product,
        "domain": domain,
        "table": leaf,
        "title": leaf.replace("_", " ").capitalize(),
        "mark": templates.MARK,
        "type": "sourceAligned" if example else f'"{templates.MARK} sourceAligned, aggregate or consumerAligned"',
    }
    if not example:
        return {MANIFEST: templates.MANIFEST.format(**words)}
    return {
        MANIFEST: (templates.MANIFEST + templates.EXAMPLE_PORTS).format(**words),
        f"contracts/{leaf}_file.odcs.yaml": templates.EXAMPLE_SOURCE.format(**words),
        f"contracts/{leaf}.odcs.yaml": templates.EXAMPLE_PROMISE.format(**words),
        f"transforms/{leaf}.sql": templates.EXAMPLE_SQL.format(**words),
        f"tests/{leaf}.yaml": templates.EXAMPLE_TEST.format(**words),
        f"data/{leaf}.csv": templates.EXAMPLE_DATA,
    }


def _with_schema(root: Path, file: Path, text: str) -> str:
    """The text of a YAML file, with the line by which editors complete it."""
    kinds = {MESH_FILE: "mesh", DOMAIN_FILE: "domain", MANIFEST: "odps"}
    kind = "tests" if file.parent.name == "tests" else "odcs" if file.name.endswith(SUFFIX) else kinds.get(file.name)
    if kind is None:
        return text
    schemas = os.path.relpath(root / ".weft" / SCHEMAS, file.parent).replace(os.sep, "/")
    return f"# yaml-language-server: $schema={schemas}/{kind}.schema.json\n{text}"


def domain_folders(settings: Settings) -> dict[DomainName, str]:
    """Every domain on disk, and its folder relative to the mesh's root."""
    tree = tree_of(settings.root, settings.domains)
    return {DomainName(path.rpartition("/")[2]): path for path in tree.domains}


def _folder_of(domain: str, known: Mapping[DomainName, str]) -> str:
    if domain not in known:
        found = Unknown("domain", domain, known)
        raise Unknown("domain", domain, mend=f"{found.mend} Make it with `weft new domain {domain}`.".strip())
    return known[DomainName(domain)]


def write_new(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Files by their path in a folder, none of which is there yet. Raises: Misuse, before anything is written."""
    paths = {folder / name: text for name, text in texts.items()}
    for path in paths:
        if path.exists():
            raise Misuse(f"{path} is there already", mend="Move it away, or choose another name.")
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise Misuse(f"{error.filename or folder} cannot be written: {error.strerror or error}") from error
    return tuple(paths)
