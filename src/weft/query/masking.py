"""A line's files as one reader sees them: masked, and without the rows that are not theirs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from weft.access.sight import Sight
from weft.identity.mask_key import mask_key
from weft.product.snapshot import Snapshot
from weft.query.library import Library

if TYPE_CHECKING:
    from weft.engine.masking import Hashing, Projection
    from weft.engine.reading import Files

NO_KEY = b"nothing is hashed with it"


def files_seen(library: Library, snapshot: Snapshot, sight: Sight) -> Files:
    """Raises: StoreFault, where a file is missing; Misuse, Refused, where the key of masks cannot be had."""
    from weft.engine.masking import row_filter
    from weft.engine.reading import Files

    paths = library.store.paths(snapshot)
    filters = tuple(row_filter(one, snapshot.columns) for one in sight.row_filters)
    return Files(paths, snapshot.columns, projections(library, snapshot, sight) if sight.masks else (), filters)


def projections(library: Library, snapshot: Snapshot, sight: Sight) -> tuple[Projection, ...]:
    """What stands in place of the columns that are masked."""
    from weft.engine.masking import projection

    is_hashed = any(mask.kind == "hash" for mask in sight.masks.values())
    key = _hashing(mask_key(library.settings.private) if is_hashed else NO_KEY)
    masks = {column.lower(): mask for column, mask in sight.masks.items()}
    return tuple(
        projection(name, type_, masks[name.lower()], key) for name, type_ in snapshot.columns if name.lower() in masks
    )


@lru_cache(maxsize=4)
def _hashing(key: bytes) -> Hashing:
    from weft.engine.masking import hashing

    return hashing(key)
