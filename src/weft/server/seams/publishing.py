"""What is looked at before a checkout's publication becomes what everybody reads.

What a checkout computed of its own products is its domain's word. What binds against it is computed here, of the publication
itself and of what is recorded: whose product it is, whose files, what it may read, who may be appointed, and what others still read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from weft.access import Reader
from weft.access.agreements import in_force, port_of
from weft.access.roles import appointments
from weft.errors import Misuse, Refused
from weft.names import PROD, SORTABLE_ID, LineName, ProductName, domain_of, label_of, product_of
from weft.product.mesh import Domain, Mesh
from weft.product.product import Product
from weft.product.snapshot import Publication
from weft.server.seams.candidate import Candidate
from weft.server.seams.desk import Desk, refuse_misnamed, refuse_no_product
from weft.server.seams.files import refuse_foreign_files
from weft.server.seams.governed import refuse_violating
from weft.server.seams.running import own_events


def publish(desk: Desk, publication: Publication, domain: Domain) -> int:
    """Raises: Refused, Misuse, StoreFault; Moved, RegistryFault as in the registry."""
    product = publication.product
    refuse_no_product(product.name)
    desk.allow("apply", product.domain)
    run = desk.own_run(publication.run)
    if run.environment != publication.environment:
        raise Refused(f"run {publication.run} works in {run.environment}, and not in {publication.environment}")
    _refuse_misfits(publication, domain)
    _refuse_appointments(desk, domain, publication.environment)
    _refuse_taken_snapshots(desk, publication)
    refuse_foreign_files(desk, publication)
    _refuse_unseen(desk, publication)
    if publication.environment == PROD:
        refuse_taking_away(desk, product.name, {pointed.line for pointed in publication.pointers})
    refuse_violating(desk, publication, domain)
    return desk.registry.publish(_as_it_is(desk, publication), domain)


def _as_it_is(desk: Desk, publication: Publication) -> Publication:
    """What a client says of time and people, as the server knows it."""
    name, run = publication.product.name, publication.run
    now = datetime.now(UTC)
    said = tuple(
        replace(event, product=name, run=run, environment=publication.environment) for event in publication.events
    )
    return replace(
        publication,
        new_snapshots=tuple(replace(one, created_at=now) for one in publication.new_snapshots),
        steps=tuple(replace(step, run=run, product=name) for step in publication.steps),
        results=tuple(replace(result, run=run) for result in publication.results),
        events=own_events(desk, said),
    )


def _refuse_misfits(publication: Publication, domain: Domain) -> None:
    """Everything that a publication names is of its own product. Raises: Misuse."""
    product = publication.product
    if domain.name != product.domain:
        raise Misuse(f"{product.name} is of {product.domain}, and not of {domain.name}")
    lines = [
        *(p.line for p in (*publication.pointers, *publication.removed)),
        *(s.line for s in publication.new_snapshots),
    ]
    refuse_misnamed(lines)
    edges = (edge.line for edge in publication.lineage or ())
    tables = (*lines, *edges, *(LineName(step.line) for step in publication.steps))
    for line in tables:
        if product_of(line) != product.name:
            raise Misuse(f"{line} is no table of {product.name}")
    for result in publication.results:
        if not result.line.startswith(f"{product.name}."):
            raise Misuse(f"{result.line} is no table of {product.name}")
    for source in publication.sources:
        if source.product != product.name:
            raise Misuse(f"{source.product} is not {product.name}")
    for snapshot in publication.new_snapshots:
        if not SORTABLE_ID.fullmatch(snapshot.id) or snapshot.run != publication.run:
            raise Misuse(f"'{snapshot.id}' names no snapshot of run {publication.run}")


def _refuse_appointments(desk: Desk, domain: Domain, environment: str) -> None:
    """A domain's file that makes somebody owner is published by who may. Raises: Refused."""
    before = next((one for one in desk.registry.domains(environment) if one.name == domain.name), None)
    if changed := appointments(before, domain):
        who, grant = changed[0]
        try:
            desk.allow("appoint", domain.name)
        except Refused as refused:
            what = f"domain.yaml of {domain.name} would change that {who} is {grant}: {refused.message}"
            raise Refused(what, mend="Let an owner of the domain apply it.") from None


def _refuse_taken_snapshots(desk: Desk, publication: Publication) -> None:
    """A table points at what was made for its own product, and never at another's rows. Raises: Refused."""
    new = {snapshot.id for snapshot in publication.new_snapshots}
    old = {pointed.snapshot for pointed in publication.pointers} - new
    for snapshot in desk.registry.snapshots(old).values():
        if product_of(snapshot.line) != publication.product.name:
            raise Refused(
                f"snapshot {snapshot.id} is of {product_of(snapshot.line)}, so {publication.product.name} cannot publish it",
                mend="Apply again, and build it.",
            )


def _refuse_unseen(desk: Desk, publication: Publication) -> None:
    """A product publishes what it was made of only where it may read that, by the manifest that is published. Raises: Refused."""
    from weft.query.seen import refuse_unseen

    product = publication.product
    if publication.gone or not product.input_ports:
        return
    mesh = desk.mesh(publication.environment)
    mesh = replace(mesh, products={**mesh.products, product.name: product})
    lines = list(_read_of_others(mesh, product))
    if lines:
        library = desk.library(publication.environment)
        seeing = replace(library, registry=Candidate(library.registry, product), reader=Reader(product.name))
        refuse_unseen(seeing, lines)


def _read_of_others(mesh: Mesh, product: Product) -> Iterator[LineName]:
    for read in mesh.reads(product).values():
        if read.line is not None and domain_of(read.line) != product.domain:
            yield read.line


def refuse_taking_away(desk: Desk, product: ProductName, stays: set[LineName]) -> None:
    """What another product or an agreement reads in `prod` goes only by force, which is the owner's, however it goes. Raises: Refused."""
    mesh = desk.mesh(PROD)
    before = mesh.products.get(product)
    gone = set(before.lines_made.values()) - stays if before else set()
    read = next(_still_read(desk, mesh, product, gone), None) if gone else None
    if read is None:
        return
    line, by = read
    try:
        desk.allow("force", domain_of(product))
    except Refused as refused:
        what = f"{line} is still read by {by}, and would go: {refused.message}"
        raise Refused(what, mend="Keep it, or let an owner of the domain apply it with --force.") from None


def _still_read(desk: Desk, mesh: Mesh, product: ProductName, gone: set[LineName]) -> Iterator[tuple[LineName, str]]:
    for other in mesh.products.values():
        reads = {read.line for read in mesh.reads(other).values() if read.line} & gone
        if reads and other.name != product:
            yield min(reads), other.name
    for one in in_force(desk.registry.agreements.on([product]), datetime.now(UTC).date()):
        for line in sorted(gone):
            promised = port_of(line, mesh)
            if promised and label_of(line) == one.line and f"{product}.{promised[1].name}" == one.port:
                yield line, one.reader
