"""The JSON API: one noun a file, each with its `router`."""

from __future__ import annotations

from fastapi import APIRouter

from weft.server.api import docs, health, metrics, registry, store

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    docs.router,
    registry.router,
    store.router,
)
"""All that is served, in the order of the API's description."""
