"""Every method of the seam with what answers it: one table, and no method that is not in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from weft.errors import Misuse, Unknown
from weft.registry.remote import METHODS
from weft.registry.remote.methods import ARROW, packed, unpacked
from weft.server.seams import agreed, governed, moving, publishing, recorded, running
from weft.server.seams.desk import Desk
from weft.server.seams.noting import noted

HANDLERS: dict[str, Callable[..., Any]] = {
    "shared": recorded.shared,
    "recorded": recorded.recorded,
    "products": recorded.products,
    "domains": recorded.domains,
    "lineage": recorded.lineage,
    "snapshots": recorded.snapshots,
    "publish": publishing.publish,
    "environments.all": moving.every,
    "environments.bases": moving.bases,
    "environments.use": moving.use,
    "environments.update": moving.update,
    "environments.remove": moving.remove,
    "environments.promote": moving.promote,
    "environments.proofs": moving.proofs,
    "rollbacks.publishes": moving.publishes,
    "rollbacks.editions": moving.editions,
    "rollbacks.roll_back": moving.roll_back,
    "previews.published": moving.previewed,
    "previews.verdicts": moving.verdicts,
    "previews.say": moving.say,
    "rules.facts": governed.facts,
    "rules.found": governed.found,
    "rules.publish": governed.rule_published,
    "rules.published": governed.rules,
    "rules.history": governed.rule_history,
    "rules.waive": governed.waive,
    "rules.waivers": governed.waivers,
    "agreements.of": agreed.of,
    "agreements.on": agreed.on,
    "proposals.on": agreed.proposals_on,
    "declassifications.all": agreed.declassifications,
    "declassifications.ask": agreed.ask_declassification,
    "declassifications.change": agreed.change_declassification,
    "declassifications.state": agreed.classified_state,
    "journal.begin": running.begin,
    "journal.heartbeat": running.heartbeat,
    "journal.record": running.record,
    "journal.end": running.end,
    "journal.facts": running.facts,
    "journal.lease": running.lease,
    "journal.sweep": running.sweep,
    "reads.since": running.since,
    "outbox.keep": running.keep,
    "outbox.of_run": running.of_run,
    "outbox.newest": running.newest,
}


def answered(desk: Desk, name: str, body: bytes) -> bytes:
    """Raises: Unknown, Misuse where the body is not what the method takes; what the method raises."""
    method = METHODS.get(name)
    if method is None:
        raise Unknown("method of the registry", name, METHODS)
    try:
        arguments = unpacked(body, method.takes)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        mend = "This is for Weft's own command line; /docs describes what is for programs."
        raise Misuse(f"what was sent is not what '{name}' takes: {error}", mend=mend) from error
    value = HANDLERS[name](desk, *arguments)
    noted(desk, name, tuple(arguments), value)
    found: bytes = value if method.gives is ARROW else packed(value)
    return found
