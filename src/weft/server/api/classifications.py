"""Classifications: which are in force, what was declassified, and why somebody sees a table as they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field

from weft.access.permissions import Action
from weft.access.reader import Reader
from weft.governance.classifications import Desk, publish
from weft.names import LineName, domain_of
from weft.product.declassification import Declassification
from weft.query.explaining import explained, parted
from weft.query.seen import relation
from weft.server.api.fields import PLAIN, Text
from weft.server.asking import SIGNED_IN, Asker, Asking, acts
from weft.session.declassifying import asked, version_in_force
from weft.session.people.doorkeeper import seen_as

router = APIRouter(prefix="/api/v1/classifications", tags=["classifications"])
declassified = APIRouter(prefix="/api/v1/declassifications", tags=["classifications"])
sights = APIRouter(prefix="/api/v1/sights", tags=["classifications"])
PUBLISH: Action = "publish rules"
MOST_CHARACTERS = 200_000
Identity = Annotated[str, Path(min_length=1, max_length=40, pattern=PLAIN)]
Named = Annotated[str, Path(min_length=1, max_length=300, pattern=PLAIN)]
Because = Annotated[Text, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ClassificationSaid:
    """As in `mesh.classification_rules`."""

    name: str
    kind: str
    position: int | None
    description: str
    classifications: list[str]
    tags: list[str]
    mask: str
    condition: str
    clear_roles: list[str]
    clear_agreement_roles: list[str]
    clear_purposes: list[str]
    clear_attributes: list[str]


@dataclass(frozen=True, slots=True)
class ClassificationsSaid:
    """`published` is the version that binds; 0 where the mesh's folder does."""

    classifications: tuple[ClassificationSaid, ...]
    published: int


@dataclass(frozen=True, slots=True)
class ToPublish:
    """`text` is what `policies/classifications.yaml` would say."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    because: Text = ""


@dataclass(frozen=True, slots=True)
class PublishedSaid:
    version: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` is domain.product.table.column, or a table for the row filters that it inherits."""

    name: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]
    because: Because
    until: date


@dataclass(frozen=True, slots=True)
class Decision:
    word: Literal["approved", "refused"]
    because: Text = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    because: Text = ""


@dataclass(frozen=True, slots=True)
class DeclassificationSaid:
    """`column` is '' where it is of the table's row filters; `standing` is its state, or expired."""

    id: str
    line: LineName
    column: str
    names: tuple[str, ...]
    reason: str
    until: date
    standing: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision: str


@dataclass(frozen=True, slots=True)
class Declassifications:
    declassifications: tuple[DeclassificationSaid, ...]


@dataclass(frozen=True, slots=True)
class ColumnSaid:
    column: str
    classification: str
    path: tuple[str, ...]
    mask: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowsSaid:
    name: str
    columns: tuple[str, ...]
    values: tuple[str, ...]
    is_clear: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SightSaid:
    """`columns` are seen clear where `mask` is ''; `path` leads to the column whose contract says the classification."""

    line: LineName
    who: str
    is_allowed: bool
    reason: str
    mend: str
    agreements: tuple[str, ...]
    purposes: tuple[str, ...]
    columns: tuple[ColumnSaid, ...]
    rows: tuple[RowsSaid, ...]


@router.get("", openapi_extra=acts("discover"))
def list_classifications(asking: Asking) -> ClassificationsSaid:
    """From the most open to the strictest, then row filters."""
    asking.allow("discover")
    rows = relation(asking.library, "classification_rules").to_pylist()
    found = tuple(ClassificationSaid(**row) for row in rows)
    return ClassificationsSaid(found, version_in_force(asking.serving.session.registry))


@router.post("", status_code=201, openapi_extra=acts(PUBLISH))
def publish_classifications(asking: Asking, said: ToPublish) -> PublishedSaid:
    """They bind from now on, over whatever any folder says."""
    asking.allow(PUBLISH)
    rule = publish(asking.serving.session.registry, asking.reader, (said.text, "classifications.yaml"), said.because)
    return PublishedSaid(rule.version)


@declassified.get("", openapi_extra=acts("discover"))
def list_declassifications(asking: Asking) -> Declassifications:
    """All that was ever asked for, the oldest first, of tables that whoever asks may know of."""
    asking.allow("discover")
    known = set(relation(asking.library, "declassifications").column("id").to_pylist())
    found = asking.serving.session.registry.declassifications.all()
    return Declassifications(tuple(_said(one) for one in found if one.id in known))


@declassified.post("", status_code=201, openapi_extra=acts("declassify"))
def ask_for_declassification(asking: Asking, wanted: Wanted) -> DeclassificationSaid:
    """An owner or a steward asks, governance decides."""
    found = asked(_desk(asking), asking.library, wanted.name, (wanted.because, wanted.until.isoformat()))
    return _said(found)


@declassified.post("/{id}/decision", openapi_extra=acts("approve declassification"))
def decide_declassification(asking: Asking, id: Identity, said: Decision) -> DeclassificationSaid:
    """Governance approves or refuses; who asked does not approve it."""
    asking.allow("approve declassification")
    return _said(_desk(asking).decide(id, said.word, said.because))


@declassified.post("/{id}/withdrawal", openapi_extra=acts(SIGNED_IN))
def withdraw_declassification(asking: Asking, id: Identity, said: Withdrawal) -> DeclassificationSaid:
    """At once: by whoever asked, an owner or a steward of the domain, or governance."""
    return _said(_desk(asking).decide(id, "withdrawn", said.because))


@sights.get("/{name}", openapi_extra=acts("discover"))
def explain_sight(
    asking: Asking, name: Named, reader: Annotated[str, Query(max_length=320, pattern=PLAIN)] = ""
) -> SightSaid:
    """What a reader sees of a table or a column, and why: oneself; somebody else for whoever sees a domain's consumers, or governs."""
    asking.allow("discover")
    library = asking.library
    if reader not in ("", asking.reader.name):
        if not asking.may("publish rules"):
            asking.allow("see consumers", domain_of(LineName(parted(name)[0])))
        library = replace(library, reader=_reader(asking, reader))
    found = explained(library, name)
    decision = found.sight.decision
    return SightSaid(
        found.line,
        found.who,
        decision.is_allowed,
        decision.reason,
        decision.mend,
        found.sight.agreements,
        found.sight.purposes,
        tuple(ColumnSaid(c.column, c.classification, c.path, c.mask, c.reason) for c in found.columns),
        tuple(RowsSaid(r.name, r.columns, r.values, r.is_clear, r.reason) for r in found.rows),
    )


def _reader(asking: Asker, name: str) -> Reader:
    return seen_as(asking.serving.session.registry, name)


def _desk(asking: Asker) -> Desk:
    return Desk(asking.serving.session.registry, asking.reader, "api", asking.request_id)


def _said(one: Declassification) -> DeclassificationSaid:
    standing = one.standing(datetime.now(UTC).date())
    asked_for = (one.id, one.line, one.column, one.names, one.reason, one.until, standing, one.asked_by, one.asked_at)
    return DeclassificationSaid(*asked_for, one.decided_by, one.decided_at, one.decision)
