"""The mesh's own metadata: its relations, or the columns of one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import paint, say, width
from weft.errors import Unknown
from weft.names import MESH_DOMAIN

if TYPE_CHECKING:
    from weft.registry.facts import Relation


def show_relations(name: str, *, json: bool) -> None:
    """All of them where none is named. Raises: Unknown."""
    from weft.registry.facts import RELATIONS

    if name and name not in RELATIONS:
        known = [f"{MESH_DOMAIN}.{relation}" for relation in RELATIONS]
        raise Unknown("table of the mesh's own", f"{MESH_DOMAIN}.{name}", known)
    chosen = [relation for relation in RELATIONS.values() if name in ("", relation.name)]
    if json:
        write_json({"kind": "relations", "relations": [_object(relation) for relation in chosen]})
    elif name:
        _show(chosen[0])
    else:
        print(
            "\n".join(
                aligned([(_full(relation), relation.description) for relation in chosen], width(sys.stdout), indent=0)
            )
        )
        say(f'weft show {MESH_DOMAIN}.NAME lists columns; weft query "FROM {MESH_DOMAIN}.tables" asks', "dim")


def _full(relation: Relation) -> str:
    return f"{MESH_DOMAIN}.{relation.name}"


def _show(relation: Relation) -> None:
    print(f"{paint(_full(relation), 'bold')}  {relation.description}")
    rows = [(c.name, c.type, "key" if c.name in relation.key else "", c.description) for c in relation.columns]
    print("\n".join(aligned(rows, width(sys.stdout))))


def _object(relation: Relation) -> dict[str, Any]:
    columns = [{"name": c.name, "type": c.type, "description": c.description} for c in relation.columns]
    return {"name": _full(relation), "description": relation.description, "key": relation.key, "columns": columns}
