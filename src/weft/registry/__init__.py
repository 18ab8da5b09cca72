"""Recorded state: pointers, products, snapshots, runs and what they found, in SQLite or PostgreSQL."""

from weft.registry.opening import open_clients, open_registry

__all__ = ["open_clients", "open_registry"]
