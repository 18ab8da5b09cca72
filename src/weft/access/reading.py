"""Whether somebody may read a line: a stable one is open, a preview is read by its own domain and by whom it invites.

What an environment has and `prod` has not is read by its own domain alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from weft.access.decision import Decision
from weft.access.permissions import PERMISSIONS, Action
from weft.access.reader import Reader
from weft.access.roles import team_grants
from weft.names import DomainName, LineName, domain_of, is_preview, product_of
from weft.product.mesh import Mesh
from weft.product.product import Product


def may_read(reader: Reader, line: LineName, mesh: Mesh, today: date) -> Decision:
    """Of a line that the mesh promises, on a day in UTC."""
    if reader.is_owner:
        return Decision(True, "it is asked for by the owner of the workspace")
    if not is_preview(line):
        return Decision(True, "it is stable")
    product = mesh.products.get(product_of(line))
    if is_of_domain(reader, line, mesh):
        return Decision(True, f"{reader.name} belongs to {domain_of(line)}")
    invitation = product.invitation(line) if product else None
    if invitation is None or reader.name not in invitation.invites:
        return Decision(False, f"{line} is a preview, and {reader.name} is not invited to it", _ask(reader, line, mesh))
    if invitation.is_over(today):
        over = f"{line} is a preview, and {reader.name} was invited to it until {invitation.until}"
        return Decision(False, over, _ask(reader, line, mesh))
    return Decision(True, f"{reader.name} is invited")


def may_read_unpublished(reader: Reader, line: LineName, mesh: Mesh) -> Decision:
    """Of what an environment beside `prod` has otherwise than `prod`: its own domain's, until it is promoted."""
    if reader.is_owner:
        return Decision(True, "it is asked for by the owner of the workspace")
    if _has(reader, domain_of(line), mesh, "read unpublished"):
        return Decision(True, f"{reader.name} builds in {domain_of(line)}")
    reason = f"{line} is not published as it stands here, and {reader.name} builds nothing in {domain_of(line)}"
    return Decision(False, reason, "Read what is published: leave out --env.")


def is_of_domain(reader: Reader, line: LineName, mesh: Mesh) -> bool:
    """Whether a line is of the reader's own domain."""
    product = mesh.products.get(product_of(line))
    return product is not None and belongs(reader, product, mesh)


def belongs(reader: Reader, product: Product, mesh: Mesh) -> bool:
    """Whether it is a product of the same domain, or has a role there that reads data.

    Of teams only the domain's counts, and members whose role is one of a domain's: who may appoint publishes those. By a
    product's own team a developer could let anybody read.
    """
    return _has(reader, product.domain, mesh, "read data")


def _has(reader: Reader, domain: str, mesh: Mesh, action: Action) -> bool:
    if reader.scopes is not None and PERMISSIONS[action].scope not in reader.scopes:
        return False
    if reader.product is not None:
        return domain_of(reader.product) == domain
    known = mesh.domains.get(DomainName(domain))
    team = {grant.role for grant in team_grants(reader.name, (known,))} if known and reader.kind == "person" else set()
    return bool((reader.roles(domain) | team).intersection(PERMISSIONS[action].roles))


def _people(product: Product, mesh: Mesh) -> Iterator[str]:
    """Whom to ask about a product: its own team, and that of its domain."""
    domain = mesh.domains.get(DomainName(product.domain))
    for team in (product.team, *([domain.team] if domain else ())):
        yield from (member.username for member in team.members)


def _ask(reader: Reader, line: LineName, mesh: Mesh) -> str:
    product = mesh.products.get(product_of(line))
    people = list(dict.fromkeys(_people(product, mesh)))[:2] if product else []
    whom = f"{domain_of(line)} ({', '.join(people)})" if people else domain_of(line)
    return f"Ask {whom} to invite {reader.name} under `previews` in build.yaml of {product_of(line)}."
