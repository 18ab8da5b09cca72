"""The API's description beside what FastAPI reads from the routes: how one signs in, and what each operation is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weft.server.asking import ACTION, NOTHING

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

DESCRIPTION = """\
What a mesh has published: its catalogue, its data, and who may read it. A program brings a token (`Authorization: Bearer ...`); a person's browser has a
session's cookie. Whatever goes wrong is answered as `{"error": {"kind", "what", "where", "mend", "request_id", "faults"}}`. What is paged has `limit` and
`cursor`, and the answer's `next` is the cursor of what follows. Catalogue answers have an `ETag`: send it back as `If-None-Match`, and nothing is sent twice.
"""
ROOT = "/api/v1/"
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal token, or one of a service."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "weft_session",
        "description": "Of whoever signed in with a browser.",
    },
}


def operation_id(route: APIRoute) -> str:
    """What generated clients call it: the function's name, after the noun of the path."""
    noun = route.path.removeprefix(ROOT).partition("/")[0] if route.path.startswith(ROOT) else ""
    return "_".join(part for part in (noun.replace("-", "_"), route.name) if part)


def described(schema: dict[str, Any]) -> dict[str, Any]:
    schema.setdefault("components", {})["securitySchemes"] = SCHEMES
    for operations in schema["paths"].values():
        for operation in operations.values():
            if operation.get(ACTION, "") != NOTHING:
                operation["security"] = [{name: []} for name in SCHEMES]
    return schema
