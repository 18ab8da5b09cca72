"""Who may know of which accounts and roles: those of the mesh of all, those of a domain of their own, and everybody of themselves."""

from __future__ import annotations

from weft.access.permissions import allowed
from weft.access.reader import Reader


def may_know_account(reader: Reader, name: str, service_of: str = "") -> bool:
    """`service_of` is the domain of a service or a product; '' of a person."""
    if reader.is_owner or reader.name == name or reader.roles():
        return True
    return bool(service_of) and allowed(reader, "keep services", service_of).is_allowed


def may_know_role(reader: Reader, account: str, domain: str) -> bool:
    """Of a role in a domain, or, without one, of the mesh. Who only reads in a domain knows no others there."""
    if reader.is_owner or reader.name == account or reader.roles():
        return True
    return bool(domain and reader.roles(domain) - {"reader"})
