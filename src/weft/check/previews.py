"""Previews: an input port that reads one uninvited or that is gone, and invitations of what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from weft.access import Reader, may_read
from weft.access.reader import names_product
from weft.check.ground import Ground
from weft.errors import Fault, did_you_mean
from weft.names import is_preview
from weft.product.mesh import Read
from weft.product.preview import Invitation
from weft.versions import Version


def a_preview_is_read_uninvited(ground: Ground) -> Iterator[Fault]:
    today = datetime.now(UTC).date()
    for read in _first_of_each_port(ground):
        if read.line and is_preview(read.line):
            decision = may_read(Reader(ground.product.name), read.line, ground.mesh, today)
            if not decision.is_allowed:
                yield Fault(read.port.place, f"input port '{read.port.name}': {decision.reason}", decision.mend)


def a_preview_that_is_read_went_stable(ground: Ground) -> Iterator[Fault]:
    """Who asked for it reads what came of it from now on."""
    for read in _first_of_each_port(ground):
        if read.line and not is_preview(read.line) and _asks_for_preview(read.port.version):
            message = (
                f"input port '{read.port.name}' asks for {read.port.version} of '{read.port.contract_id}', which is gone: "
                f"it reads {read.contract.version}, which came of it"
            )
            yield Fault(read.port.place, message, f"Write `version: {read.contract.version}`.", "warning")


def _first_of_each_port(ground: Ground) -> Iterable[Read]:
    """All tables of a port are of one line."""
    found: dict[str, Read] = {}
    for read in ground.reads.values():
        found.setdefault(read.port.name, read)
    return found.values()


def _asks_for_preview(version: str) -> bool:
    return bool(version) and Version.parse(version).is_preview


def an_invitation_is_of_nothing(ground: Ground) -> Iterator[Fault]:
    for invitation in ground.product.build.previews:
        yield from _of_no_preview(invitation, ground)
        yield from _of_nobody(invitation, ground)


def _of_no_preview(invitation: Invitation, ground: Ground) -> Iterator[Fault]:
    ports = ground.product.output_ports
    previews = [f"{port.name}@{port.version}" for port in ports if Version.parse(port.version).is_preview]
    if not Version.parse(invitation.version).is_preview:
        message = f"'{invitation}' is no preview: whoever reads the port may read a stable version"
        yield Fault(invitation.place, message, did_you_mean(str(invitation), previews) or "Remove it.")
    elif str(invitation) not in previews and not ground.unread:
        message = f"no output port is '{invitation}'"
        yield Fault(invitation.place, message, did_you_mean(str(invitation), previews) or "Remove it.")


def _of_nobody(invitation: Invitation, ground: Ground) -> Iterator[Fault]:
    mesh = ground.mesh
    for name in invitation.invites:
        if name in mesh.domains:
            mend = "Invite products of it, `domain.product`, or people."
            yield Fault(invitation.place, f"'{name}' is a domain, and {invitation} invites products and people", mend)
        elif names_product(name) and name not in mesh.products and not ground.unread:
            yield Fault(
                invitation.place,
                f"{invitation} invites '{name}', and there is no such product",
                did_you_mean(name, mesh.products),
            )
    if invitation.is_over(datetime.now(UTC).date()):
        message = f"the invitation to {invitation} ended on {invitation.until}"
        yield Fault(invitation.place, message, "Put off `until`, or remove it.", "warning")
