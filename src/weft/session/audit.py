"""The audit trail of an opened mesh, and what keeps it while a server runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import Unknown
from weft.governance.audit.keeping import HeadFolder
from weft.governance.audit.signing import Witness, witness

if TYPE_CHECKING:
    from weft.session.opened import Opened


def watched(session: Opened, heads: Path | None = None) -> Witness:
    """The trail, after reads whose process is gone were closed as unknown."""
    found = witness(session.settings, session.registry.audit)
    found.audit.chain.close_abandoned()
    return replace(found, folder=HeadFolder(heads)) if heads else found


def of_domain(session: Opened, domain: str) -> str:
    """A domain that is known, or none. Raises: Unknown, with the closest: an export of a misspelt one would be empty, and prove it."""
    known = [str(one.name) for one in session.registry.domains()]
    if domain and domain != "mesh" and domain not in known:
        raise Unknown("domain", domain, known)
    return domain
