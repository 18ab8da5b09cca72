"""All relations of the `mesh` domain that the registry knows, by name."""

from __future__ import annotations

from weft.registry.facts.lineage import COLUMN_LINEAGE

RELATIONS = {relation.name: relation for relation in (COLUMN_LINEAGE,)}
