"""The JSON API: one noun a file, each with its `router`."""

from __future__ import annotations

from fastapi import APIRouter

from weft.server.api import health

ROUTERS: tuple[APIRouter, ...] = (health.router,)
"""All that is served, in the order of the API's description."""
