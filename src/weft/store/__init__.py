"""Snapshots' files: written once, sealed, read by whoever may, and swept when nobody needs them."""

from weft.store.opening import open_store

__all__ = ["open_store"]
