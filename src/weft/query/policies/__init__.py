"""Policies as questions over the mesh's own metadata: which bind, what they find, and how that stands."""

from weft.query.policies.binding import binding
from weft.query.policies.conforming import Conformance, conformance

__all__ = ["Conformance", "binding", "conformance"]
