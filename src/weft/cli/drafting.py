"""Contracts drafted from what is there: from a source's files, or from what a transform returns."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Misuse, Unknown, did_you_mean
from weft.names import ProductName, TableName, leaf_of, product_of, unaccented

if TYPE_CHECKING:
    from weft.engine.seam import Columns
    from weft.product.product import Product
    from weft.session import Session
    from weft.settings import Settings
    from weft.workspace.drafting import SourceDraft


def drafted_source(
    settings: Settings, product: ProductName, target: str, called: str = ""
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Writes the contract of files that no contract describes yet. Returns what was written, and what a person should know.

    `called` is what transforms call the table; by default it is `<file>_file`, so that the plain name is free for what is made of it.
    """
    from weft.sources import sniff
    from weft.workspace.drafting import DraftColumn, SourceDraft, draft_source_contract

    seen = sniff(target)
    columns = [
        DraftColumn(c.physical_name, c.type, c.required, c.unique, (c.name,) == seen.key[:1], c.examples)
        for c in seen.columns
    ]
    draft = SourceDraft(called or _table_of(target), columns, {"type": "local", **seen.server}, seen.options)
    return draft_source_contract(settings, product, _relative(settings, product, draft)), seen.notes


def _table_of(target: str) -> str:
    """What a file's table is called: its name up to the first dot, by the rule of names, and `_file`."""
    name = plain_name(Path(target).name.partition(".")[0].replace("*", ""))
    return f"{name.removesuffix('_file')}_file" if name else "source_file"


def plain_name(text: str) -> str:
    """A text by the rule of names: lower-case letters, digits and '_', a letter first; empty where nothing of it is left."""
    name = re.sub(r"\W+", "_", unaccented(text).lower(), flags=re.ASCII).strip("_")
    return name if not name or name[0].isalpha() else f"n{name}"


def _relative(settings: Settings, product: ProductName, draft: SourceDraft) -> SourceDraft:
    """With its path as the contract's folder sees it, so that the mesh may be moved with its data."""
    from dataclasses import replace

    from weft.names import domain_of
    from weft.workspace.scaffold import domain_folders

    folder = settings.root / domain_folders(settings).get(domain_of(product), "") / leaf_of(product) / "contracts"
    path = os.path.relpath(str(draft.server["path"]), folder)
    return replace(draft, server={**draft.server, "path": path})


def drafted_promise(session: Session, table: TableName) -> tuple[Path, ...]:
    """Writes the contract of a table from what its transform returns, as the files on disk have it."""
    from weft.workspace.drafting import DraftColumn, draft_promise

    if table.count(".") != 2:
        raise Misuse(f"'{table}' is no name of a table", mend="Write `domain.product.table`.")
    product = session.mesh.product(product_of(table))
    columns = returned_columns(session, product, leaf_of(table))
    return draft_promise(session.settings, table, [DraftColumn(name, kind) for name, kind in columns])


def returned_columns(session: Session, product: Product, name: str) -> Columns:
    """What a transform returns, found without data. Raises: Unknown, Misuse (Python says no types before it runs), EngineFault."""
    from weft.plan.fingerprint import made_by, own_reads
    from weft.product.core_data import ROLES, columns_of
    from weft.product.order import in_order

    made = made_by(product)
    if product.core and (role := next((one for one in ROLES if product.core.named(one) == name), None)):
        return columns_of(product.core)[role]
    if name not in made:
        mend = did_you_mean(name, made) or f"Write {product.folder}/transforms/{name}.sql first."
        raise Unknown(f"transform of {product.name}", name, mend=mend)
    known: dict[str, Columns] = {
        read.name: tuple((column.name, column.type) for column in read.table.columns)
        for read in session.mesh.reads(product).values()
    }
    for key in in_order({key: own_reads(transform, product) for key, transform in made.items()}):
        transform = made[key]
        if transform.language != "python" and all(read in known for read in transform.reading.names):
            known[key] = session.engine.bind(transform.text, {read: known[read] for read in transform.reading.names})
    if name not in known:
        mend = f"Run it first: weft try {product.name}.{name}"
        raise Misuse(f"what {product.name}.{name} returns is not known without running it", mend=mend)
    return known[name]
