"""What the registry knows, as relations: the `mesh` domain that everybody reads with the same SQL."""

from weft.registry.facts.relation import FactColumn, Relation
from weft.registry.facts.relations import RELATIONS

__all__ = ["RELATIONS", "FactColumn", "Relation"]
