"""All that a server keeps of one state of the registry, made at once."""

from __future__ import annotations

from weft.query.catalogue import kept_catalogue
from weft.query.facts import Facts
from weft.query.library import Library
from weft.query.lineage import both_webs

RELATIONS = ("checks", "check_history", "steps", "publishes", "events", "runs", "consumers", "tables", "columns")
"""What pages are made of, beside the mesh itself."""


def warm(library: Library) -> None:
    """What is kept already is looked up, and costs nothing."""
    facts = Facts(library)
    _ = facts.newest
    kept_catalogue(library)
    for name in RELATIONS:
        library.registry.journal.facts(name, library.environment)
    both_webs(facts)
