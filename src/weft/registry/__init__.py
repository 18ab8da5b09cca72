"""Recorded state: pointers, products, snapshots, runs and what they found, in SQLite or PostgreSQL."""

from weft.registry.opening import open_registry

__all__ = ["open_registry"]
