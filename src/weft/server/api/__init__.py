"""The JSON API: one noun a file, each with its `router`."""

from __future__ import annotations

from fastapi import APIRouter

from weft.server.api import (
    audit,
    columns,
    docs,
    domains,
    entering,
    environments,
    grants,
    health,
    lineage,
    metrics,
    notices,
    people,
    policies,
    products,
    questions,
    registry,
    relations,
    runs,
    search,
    services,
    sign_in,
    store,
    tables,
    tokens,
    violations,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    docs.router,
    audit.router,
    search.router,
    domains.router,
    products.router,
    tables.router,
    columns.router,
    lineage.router,
    runs.router,
    notices.router,
    relations.router,
    environments.router,
    registry.router,
    questions.router,
    store.router,
    sign_in.router,
    entering.router,
    people.router,
    grants.router,
    services.router,
    tokens.router,
    policies.router,
    policies.standard,
    violations.router,
    violations.waivers,
)
"""All that is served, in the order of the API's description."""
