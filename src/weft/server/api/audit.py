"""The audit trail: searched by governance and auditors, and by a domain's owner as far as it is its own; verified, and exported with its proof."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from weft.access.permissions import Action
from weft.errors import Busy
from weft.governance.audit.head import Head
from weft.governance.audit.proof import Exported, Wanted, export
from weft.governance.audit.searching import Sought, Told, fits, narrowed, search
from weft.governance.audit.signing import Witness, witness
from weft.governance.audit.times import begins, ends
from weft.governance.audit.verifying import Verdict
from weft.server.answers import answer
from weft.server.asking import Asker, Asking, acts
from weft.session.audit import of_domain

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
SEARCH: Action = "search audit"
READ_OWN: Action = "read domain audit"
VERIFY: Action = "verify audit"
EXPORT: Action = "export audit"
MOST = 1_000
_WALKING = threading.Lock()
"""The whole trail is walked through by one at a time: it takes as long as the trail is."""


@dataclass(frozen=True, slots=True)
class Records:
    """The newest first. `rows`, `bytes` and `milliseconds` are -1 where they were not counted."""

    records: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PublicKeySaid:
    """`id` is how heads name it; `pem` is the key."""

    id: str
    pem: str


@dataclass(frozen=True, slots=True)
class Heads:
    """The newest `limit` of them, by number, and the keys that they are signed with."""

    heads: tuple[Head, ...]
    keys: tuple[PublicKeySaid, ...]


@dataclass(frozen=True, slots=True)
class VerdictSaid:
    """`holds` where there are no problems; each problem says what is wrong with which record."""

    holds: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ExportWanted:
    """`since` and `until` are days (the whole of it) or times, in UTC; no `domain` means the whole mesh."""

    since: str
    until: str
    domain: str = ""
    form: Literal["jsonl", "csv", "parquet"] = "jsonl"


Words = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MOST)]


def _asked(  # noqa: PLR0913, PLR0917 one parameter for each of the address
    who: Words = "",
    table: Words = "",
    what: Words = "",
    outcome: Words = "",
    text: Words = "",
    since: Words = "",
    until: Words = "",
    limit: Limit = 100,
) -> Sought:
    """What is looked for, as it stands in the address; days and times are in UTC. Raises: Misuse."""
    times = begins(since) if since else None, ends(until) if until else None
    return Sought(who, "", table, what, outcome, text, *times, limit)


Looked = Annotated[Sought, Depends(_asked)]


@router.get("/records", response_model=Records, openapi_extra=acts(SEARCH))
def records(asking: Asking, sought: Looked, domain: Words = "") -> Response:
    """Reads and decisions of the whole mesh, the newest first."""
    asking.allow(SEARCH)
    return answer(Records(search(_trail(asking).audit, replace(sought, domain=domain))))


@router.get("/domains/{domain}/records", response_model=Records, openapi_extra=acts(READ_OWN))
def records_of_domain(asking: Asking, domain: str, sought: Looked) -> Response:
    """Who read a domain's tables, for its owner: of a question that read others' as well, neither those nor its SQL."""
    asking.allow(READ_OWN, domain)
    of_domain(asking.serving.session, domain)
    # The text is looked for in what the owner is shown, and in nothing else.
    found = narrowed(search(_trail(asking).audit, replace(sought, domain=domain, text="", table="")), domain)
    return answer(Records(tuple(one for one in found if fits(one, sought))))


@router.get("/verdict", response_model=VerdictSaid, openapi_extra=acts(VERIFY))
def verdict(asking: Asking) -> Response:
    """Whether the trail is as it was written; if not, what was changed where."""
    asking.allow(VERIFY)
    with _alone():
        found = _trail(asking).verify()
    return answer(VerdictSaid(found.holds, found))


@router.get("/heads", response_model=Heads, openapi_extra=acts(VERIFY))
def heads(asking: Asking, limit: Limit = 100) -> Response:
    """What was signed of the trail: kept elsewhere, it proves tomorrow what stands here today."""
    asking.allow(VERIFY)
    folder = _trail(asking).folder
    trail_keys = folder.keys()
    kept = sorted((one.head for one in folder.heads() if one.head), key=lambda head: head.number)
    return answer(Heads(tuple(kept[-limit:]), tuple(PublicKeySaid(key.id, key.pem) for key in trail_keys)))


@router.post(
    "/exports",
    response_class=FileResponse,
    responses={
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the export",
        }
    },
    openapi_extra=acts(EXPORT),
)
def exports(asking: Asking, wanted: ExportWanted) -> Response:
    """A part of the trail with its proof, as a zip: what a regulator is handed. That it was exported stands in the trail."""
    asking.allow(EXPORT)
    domain = of_domain(asking.serving.session, wanted.domain)
    by = (wanted.form, asking.reader.name or "the owner of the workspace", "api", asking.request_id)
    asked = Wanted(begins(wanted.since), ends(wanted.until), domain, *by)
    folder = Path(tempfile.mkdtemp(prefix="weft-audit-"))
    try:
        with _alone():
            zipped = _zipped(_trail(asking), asked, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    done = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(zipped, media_type="application/zip", filename=zipped.name, background=done)


def _zipped(trail: Witness, wanted: Wanted, folder: Path) -> Path:
    name = f"audit-{wanted.domain or 'mesh'}-{wanted.since:%Y%m%d}-{wanted.until:%Y%m%d}"
    made: Exported = export(trail, wanted, folder / name)
    return Path(shutil.make_archive(str(folder / name), "zip", folder, Path(made.folder).name))


def _trail(asking: Asker) -> Witness:
    session = asking.serving.session
    return witness(session.settings, session.registry.audit)


@contextmanager
def _alone() -> Iterator[None]:
    """Raises: Busy, where somebody else walks through the trail already."""
    if not _WALKING.acquire(blocking=False):
        raise Busy("the audit trail is being walked through already", mend="Ask again in a moment.")
    try:
        yield
    finally:
        _WALKING.release()
