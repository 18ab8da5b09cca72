"""The JSON API: one noun a file, each with its `router`."""

from __future__ import annotations

from fastapi import APIRouter

from weft.server.api import (
    audit,
    docs,
    entering,
    grants,
    health,
    metrics,
    people,
    questions,
    registry,
    services,
    sign_in,
    store,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    docs.router,
    audit.router,
    registry.router,
    questions.router,
    store.router,
    sign_in.router,
    entering.router,
    people.router,
    grants.router,
    services.router,
    tokens.router,
)
"""All that is served, in the order of the API's description."""
