"""All relations of the `mesh` domain that the registry knows, by name."""

from __future__ import annotations

from weft.registry.facts.agreements import AGREEMENTS_RELATION, PROPOSALS_RELATION
from weft.registry.facts.audit import AUDIT_RELATION
from weft.registry.facts.checks import CHECK_HISTORY, CHECKS
from weft.registry.facts.classifications import CLASSIFICATION_RULES_RELATION, DECLASSIFICATIONS_RELATION
from weft.registry.facts.columns import COLUMNS
from weft.registry.facts.consumers import CONSUMERS
from weft.registry.facts.contracts import CONTRACTS, SERVICE_LEVELS, SUPPORT, TEAM_MEMBERS
from weft.registry.facts.domains import DOMAINS, TERMS
from weft.registry.facts.environments import ENVIRONMENTS
from weft.registry.facts.lineage import COLUMN_LINEAGE
from weft.registry.facts.people import GRANTS_RELATION, PEOPLE
from weft.registry.facts.ports import PORTS
from weft.registry.facts.previews import INVITATIONS_RELATION, VERDICTS_RELATION
from weft.registry.facts.products import PRODUCTS
from weft.registry.facts.profiles import PROFILES
from weft.registry.facts.reads import READS_RELATION
from weft.registry.facts.relation import Relation
from weft.registry.facts.rules import (
    CLASSIFICATIONS_RELATION,
    POLICIES_RELATION,
    VIOLATIONS_RELATION,
    WAIVERS_RELATION,
)
from weft.registry.facts.runs import DELIVERIES_RELATION, EVENTS_RELATION, RUNS_RELATION, STEPS_RELATION
from weft.registry.facts.snapshots import POINTERS_RELATION, PUBLISHES_RELATION, SNAPSHOTS, SOURCES_RELATION
from weft.registry.facts.tables import TABLES

RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        DOMAINS,
        TERMS,
        PRODUCTS,
        PORTS,
        CONTRACTS,
        SERVICE_LEVELS,
        TEAM_MEMBERS,
        SUPPORT,
        TABLES,
        COLUMNS,
        CLASSIFICATION_RULES_RELATION,
        DECLASSIFICATIONS_RELATION,
        COLUMN_LINEAGE,
        SOURCES_RELATION,
        SNAPSHOTS,
        POINTERS_RELATION,
        PROFILES,
        PUBLISHES_RELATION,
        ENVIRONMENTS,
        INVITATIONS_RELATION,
        VERDICTS_RELATION,
        RUNS_RELATION,
        STEPS_RELATION,
        CHECKS,
        CHECK_HISTORY,
        EVENTS_RELATION,
        DELIVERIES_RELATION,
        READS_RELATION,
        AUDIT_RELATION,
        PEOPLE,
        GRANTS_RELATION,
        CONSUMERS,
        AGREEMENTS_RELATION,
        PROPOSALS_RELATION,
        CLASSIFICATIONS_RELATION,
        POLICIES_RELATION,
        VIOLATIONS_RELATION,
        WAIVERS_RELATION,
    )
}
