"""All that a server keeps of one state of the registry, made at once."""

from __future__ import annotations

from contextlib import suppress

from weft.errors import Faults
from weft.query.classes import classifications_table
from weft.query.facts import Facts
from weft.query.guarded import guards
from weft.query.library import Library
from weft.query.lineage import both_webs
from weft.query.policies.violated import ANEW_SECONDS, standing
from weft.query.search import kept_catalogue, search
from weft.query.show import shown

RELATIONS = ("checks", "check_history", "steps", "publishes", "events", "runs", "consumers", "tables", "columns")
"""What pages are made of, beside the mesh itself."""


def asked_once(library: Library) -> None:
    """One question of each kind, so that no reader waits for what is loaded with the first."""
    search("a", library)
    if product := next(iter(Facts(library).mesh.products), None):
        shown(product, library)
    if table := next(iter(library.registry.recorded(library.environment).pointers), None):
        shown(table, library)


def warm(library: Library) -> None:
    """What is kept already is looked up, and costs nothing."""
    facts = Facts(library)
    _ = facts.newest
    kept_catalogue(library)
    for name in RELATIONS:
        library.registry.journal.facts(name, library.environment)
    both_webs(facts)
    with suppress(Faults):
        # A classification that cannot be read is told to whoever asks for it.
        classifications_table(library)
        guards(library)
        standing(library, ANEW_SECONDS)
