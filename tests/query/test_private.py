"""Who read what is for the domain that was read, for those who watch over the mesh, and for whoever did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Reader
from weft.access.identities import Account, Given
from weft.access.reader import Kind
from weft.access.roles import Grant
from weft.names import LineName
from weft.product.audit import AuditedRead, Decided, Ending
from weft.product.reads import Asked
from weft.query.answer import answer
from weft.registry.seam import Registry
from weft.session import Session, open_session

PLANE, DELAYS = "fleet.planes.plane@1", "network.routes.delays@1"
SEEN = {
    "audit": (
        (Reader("ann"), {"ann's"}),
        (Reader("olga", (Grant("owner", "fleet"),)), {"ann's", "fleet's"}),
        (Reader("stew", (Grant("steward", "fleet"),)), set()),
        (Reader("pat", (Grant("platform"),)), set()),
        (Reader("gus", (Grant("governance"),)), {"ann's", "both's", "mesh's", "fleet's"}),
        (Reader("audrey", (Grant("auditor"),)), {"ann's", "both's", "mesh's", "fleet's"}),
    ),
    "reads": (
        (Reader("ann"), {"ann's"}),
        (Reader("stew", (Grant("steward", "fleet"),)), {"of ann"}),
        (Reader("nina", (Grant("owner", "network"),)), {"of bob"}),
        (Reader("pat", (Grant("platform"),)), set()),
        (Reader("audrey", (Grant("auditor"),)), {"ann's", "both's"}),
    ),
    "people": (
        (Reader("ann"), {"ann"}),
        (Reader("carl"), set()),
        (Reader("stew", (Grant("steward", "fleet"),)), set()),
        (Reader("olga", (Grant("owner", "fleet"),)), {"fleet/board"}),
        (Reader("nina", (Grant("owner", "network"),)), set()),
        (Reader("pat", (Grant("platform"),)), {"ann", "bob", "fleet/board"}),
    ),
    "grants": (
        (Reader("ann"), {"ann: reader of fleet"}),
        (Reader("carl"), set()),
        (Reader("rita", (Grant("reader", "fleet"),)), set()),
        (Reader("stew", (Grant("steward", "fleet"),)), {"ann: reader of fleet"}),
        (Reader("nina", (Grant("owner", "network"),)), set()),
        (Reader("gus", (Grant("governance"),)), {"ann: reader of fleet", "bob: platform of the mesh"}),
    ),
}
TOLD = {
    "audit": "coalesce(nullif(sql_text, ''), subject)",
    "reads": "coalesce(nullif(sql_text, ''), 'of ' || who)",
    "people": "account",
    "grants": "concat(account, ': ', role, ' of ', if(domain = '', 'the mesh', domain))",
}
PEOPLE: tuple[tuple[str, Kind, str], ...] = (
    ("ann", "person", ""),
    ("bob", "person", ""),
    ("fleet/board", "service", "fleet"),
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    root = write_mesh(tmp_path_factory.mktemp("mesh"), *planes_and_departures())
    with open_session(Path(root)) as opened:
        opened.apply(opened.plan())
        audit, reads = opened.registry.audit, opened.registry.journal.reads
        for who, sql, lines in (("ann", "ann's", (PLANE,)), ("bob", "both's", (PLANE, DELAYS))):
            read = AuditedRead(who, "api", dict.fromkeys(lines, ()), sql)
            audit.complete(audit.begin(read), Ending("done", 1, 1, 1))
            reads.keep(Asked(datetime.now(UTC), who, "prod", "api", sql, {LineName(lines[-1]): ()}))
        decided = Decided("eve", "grant", "given", "x")
        audit.decided(replace(decided, subject="mesh's"), replace(decided, subject="fleet's", domains=("fleet",)))
        audit.chain.tail()
        known(opened.registry)
        yield opened


def known(registry: Registry) -> None:
    at = datetime.now(UTC)
    for name, kind, domain in PEOPLE:
        registry.identities.keep(Account(name, kind, "active", at, "test", domain), None)
    for name, grant in (("ann", Grant("reader", "fleet")), ("bob", Grant("platform"))):
        registry.identities.grant(Given(name, grant, "given", "test", at))


@pytest.mark.parametrize(
    ("relation", "reader", "seen"),
    [(relation, reader, seen) for relation, cases in SEEN.items() for reader, seen in cases],
    ids=lambda value: value.name if isinstance(value, Reader) else value if isinstance(value, str) else str(len(value)),
)
def test_each_sees_what_is_theirs(session: Session, relation: str, reader: Reader, seen: set[str]) -> None:
    library = replace(session.library, reader=reader)
    with answer(f"SELECT {TOLD[relation]} AS told FROM mesh.{relation}", library) as found:
        assert {row["told"] for row in found.objects()} == seen


def test_the_trail_is_read_like_any_relation(session: Session) -> None:
    with session.query(
        "SELECT who, outcome, rows, milliseconds FROM mesh.audit WHERE what = 'read' ORDER BY number"
    ) as found:
        assert [tuple(row.values()) for row in found.objects()] == [("ann", "done", 1, 1), ("bob", "done", 1, 1)]
