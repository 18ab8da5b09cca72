"""A checkout that lies: whatever it claims, the server looks at what it hands over."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.checkouts import Served, developer, owner, served
from tests.meshes import planes_and_departures, write_mesh

from weft.access import Grant, Reader
from weft.errors import Faults, NotKept, Refused, StoreFault, Unknown, WeftError
from weft.names import LineName, ProductName, RunId
from weft.plan.promotion import promotion
from weft.product.contract import Member, Team
from weft.product.mesh import Domain
from weft.product.snapshot import Publication, SnapshotFile
from weft.registry.remote import METHODS, RemoteRegistry
from weft.run.report import RunReport
from weft.server.seams.desk import OPEN
from weft.server.seams.methods import HANDLERS
from weft.session import open_session
from weft.session.wired import Wired

ANN, BOB = developer("ann@fleet.org", "fleet"), developer("bob@network.org", "operations", "network")
READERS = {
    "ann": ANN,
    "bob": BOB,
    "fay": owner("fay@fleet.org", "fleet"),
    "ops": Reader("ops@mesh.org", (Grant("platform"),)),
    "narrow": replace(BOB, scopes=("catalogue", "query")),
}
PLANE = LineName("fleet.planes.plane@1")
Claim = Callable[[Publication, Domain], tuple[Publication, Domain]]


@dataclass
class Mesh:
    server: Served
    folder: Path
    http: httpx.Client
    opened: list[Wired] = field(default_factory=list)

    def wired(self, token: str, folder: str = "") -> Wired:
        self.opened.append(Wired(self.server.url, self.folder / (folder or token), token))
        return self.opened[-1]

    def registry(self, token: str) -> RemoteRegistry:
        return RemoteRegistry(self.wired(token))

    def applied(self, who: str, claim: Claim | None = None) -> RunReport:
        """By a checkout that says of each publication what it likes."""
        with open_session(self.folder / who) as session:
            wired = session.__dict__["wired"] = self.wired(who)
            assert session.registry
            if claim:
                session.__dict__["registry"] = Lying(RemoteRegistry(wired), claim)
            return session.apply(session.plan())


class Lying:
    def __init__(self, registry: RemoteRegistry, claim: Claim) -> None:
        self._registry, self._claim = registry, claim

    def publish(self, publication: Publication, domain: Domain) -> int:
        return self._registry.publish(*self._claim(publication, domain))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    write_mesh(tmp_path / "hub", settings="agreements: {products: declared}\n")
    planes, *others = planes_and_departures(3)
    with served(tmp_path / "hub", READERS) as server:
        settings = f"registry: {server.url}\n"
        for who in ("ann", "fay"):
            write_mesh(tmp_path / who, planes, settings=settings)
        write_mesh(tmp_path / "bob", *others, settings=settings)
        with httpx.Client(trust_env=False) as http:
            mesh = Mesh(server, tmp_path, http)
            yield mesh
        for wired in mesh.opened:
            wired.close()


def refusal(report: RunReport) -> str:
    assert not report.succeeded
    return report.products[0].message


def test_every_method_of_the_seam_is_answered() -> None:
    assert HANDLERS.keys() == METHODS.keys()


def asked(mesh: Mesh, token: str, method: str, body: bytes) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return mesh.http.post(f"{mesh.server.url}/api/v1/registry/{method}", headers=headers, content=body)


def test_who_builds_nowhere_asks_no_method_but_what_the_rules_are(mesh: Mesh) -> None:
    closed = [method for method in METHODS if method not in OPEN]
    answers = [asked(mesh, token, method, b"\x90") for token in ("ops", "narrow") for method in closed]
    assert {(one.status_code, one.json()["error"]["kind"]) for one in answers} == {(403, "Refused")}


def test_what_no_method_takes_is_misuse(mesh: Mesh) -> None:
    bodies = (b"", b"{}", b"\xff\xff", b"\x91\xc1", b"\x92\x01\x02\x03")
    answers = [asked(mesh, "ann", method, body) for method in METHODS for body in bodies]
    assert {one.status_code for one in answers} == {400}


def test_a_method_that_is_none_is_unknown(mesh: Mesh) -> None:
    headers = {"Authorization": "Bearer ann"}
    answer = mesh.http.post(f"{mesh.server.url}/api/v1/registry/close", headers=headers, content=b"\x90")
    assert answer.status_code == 404


def test_a_weft_that_speaks_differently_is_told_so(mesh: Mesh) -> None:
    headers = {"Authorization": "Bearer ann", "X-Weft-Wire": "0"}
    answer = mesh.http.post(f"{mesh.server.url}/api/v1/registry/shared", headers=headers, content=b"\x90")
    assert (answer.status_code, "older than" in answer.json()["error"]["mend"]) == (400, True)


def test_another_domain_s_product_is_not_published(mesh: Mesh) -> None:
    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return replace(publication, product=replace(publication.product, name=ProductName("fleet.planes"))), domain

    mesh.applied("ann")
    assert "bob@network.org may not build and publish products" in refusal(mesh.applied("bob", claim))


def test_a_table_of_another_product_is_not_moved_by_the_way(mesh: Mesh) -> None:
    mesh.applied("ann")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        taken = replace(publication.pointers[0], line=PLANE, expects=1)
        return replace(publication, pointers=(*publication.pointers, taken)), domain

    assert "is no table of operations.flights" in refusal(mesh.applied("bob", claim))


def test_another_product_s_rows_are_not_published_as_one_s_own(mesh: Mesh) -> None:
    mesh.applied("ann")
    theirs = mesh.registry("bob").recorded("prod").pointers[PLANE].snapshot

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        mine = tuple(replace(pointed, snapshot=theirs) for pointed in publication.pointers)
        return replace(publication, pointers=mine, new_snapshots=()), domain

    assert "is of fleet.planes, so operations.flights cannot publish it" in refusal(mesh.applied("bob", claim))


def test_another_product_s_file_is_not_published_as_one_s_own(mesh: Mesh) -> None:
    mesh.applied("ann")
    registry = mesh.registry("bob")
    theirs = registry.snapshots([registry.recorded("prod").pointers[PLANE].snapshot])
    file = next(iter(theirs.values())).files[0]

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return _with_file(publication, file), domain

    assert "was not handed over for" in refusal(mesh.applied("bob", claim))


@pytest.mark.parametrize("path", ["../../../etc/passwd", "/etc/passwd", "operations/flights/departures@1/../x.parquet"])
def test_no_path_leads_out_of_the_store(mesh: Mesh, path: str) -> None:
    mesh.applied("ann")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return _with_file(publication, replace(publication.new_snapshots[0].files[0], path=path)), domain

    assert "was not handed over for" in refusal(mesh.applied("bob", claim))


def test_a_file_is_what_was_handed_over(mesh: Mesh) -> None:
    mesh.applied("ann")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return _with_file(publication, replace(publication.new_snapshots[0].files[0], rows=7)), domain

    assert "is not what was handed over" in refusal(mesh.applied("bob", claim))


def test_it_is_counted_anew_where_another_server_took_it(mesh: Mesh) -> None:
    mesh.applied("ann")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        mesh.server.app.state.serving.parts.clear()  # type: ignore[attr-defined]
        return _with_file(publication, replace(publication.new_snapshots[0].files[0], digest="0" * 32)), domain

    assert "is not what was handed over" in refusal(mesh.applied("bob", claim))
    assert mesh.applied("bob").succeeded


def _with_file(publication: Publication, file: SnapshotFile) -> Publication:
    return replace(publication, new_snapshots=(replace(publication.new_snapshots[0], files=(file,)),))


def test_a_developer_makes_nobody_owner(mesh: Mesh) -> None:
    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        team = Team("fleet", "", (Member("ann@fleet.org", "", "owner"),))
        return publication, replace(domain, digest="other", team=team)

    assert "ann@fleet.org is owner of fleet" in refusal(mesh.applied("ann", claim))
    assert mesh.applied("fay", claim).succeeded


def test_who_published_and_when_is_the_server_s_word(mesh: Mesh) -> None:
    from datetime import UTC, datetime

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        old = replace(publication.new_snapshots[0], created_at=datetime(1999, 1, 1, tzinfo=UTC))
        return replace(publication, new_snapshots=(old,)), domain

    assert mesh.applied("ann", claim).succeeded
    with open_session(mesh.folder / "hub") as hub:
        (made,) = hub.registry.snapshots([hub.registry.recorded("prod").pointers[PLANE].snapshot]).values()
        (run,) = hub.registry.journal.facts("runs").to_pylist()
    assert (made.created_at.year > 2000, run["who"]) == (True, "ann@fleet.org")


def test_what_is_still_read_goes_only_by_an_owner(mesh: Mesh) -> None:
    mesh.applied("ann")
    mesh.applied("bob")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return replace(publication, pointers=(), new_snapshots=(), gone=True), domain

    _edit(mesh.folder / "ann")
    _edit(mesh.folder / "fay")
    assert "is still read by operations.flights" in refusal(mesh.applied("ann", claim))
    assert mesh.applied("fay", claim).succeeded


def test_what_is_still_read_does_not_go_by_way_of_an_environment(mesh: Mesh) -> None:
    """Beside `prod` a line goes from nobody; to promote that takes what taking it away takes."""
    mesh.applied("ann")
    mesh.applied("bob")

    def claim(publication: Publication, domain: Domain) -> tuple[Publication, Domain]:
        return replace(publication, pointers=(), new_snapshots=(), gone=True), domain

    _edit(mesh.folder / "ann")
    with open_session(mesh.folder / "ann", "beside") as session:
        session.__dict__["wired"] = wired = mesh.wired("ann")
        session.__dict__["registry"] = Lying(RemoteRegistry(wired), claim)
        assert session.apply(session.plan()).succeeded
    for who, refused in (("ann", True), ("fay", False)):
        registry = mesh.registry(who)
        found = promotion(registry.recorded("beside"), registry.recorded("prod"), registry.environments.bases("beside"))
        run = registry.journal.begin("prod", "promote", who)
        if refused:
            with pytest.raises(Refused, match=r"is still read by operations\.flights"):
                registry.environments.promote(found, run)
        else:
            assert registry.environments.promote(found, run)


def test_a_file_larger_than_other_requests_is_handed_over(mesh: Mesh) -> None:
    registry = mesh.registry("ann")
    run = registry.journal.begin("prod", "apply", "ann")
    query = {"rows": 1, "bytes": 3_000_000, "digest": "0" * 32}
    url = f"{mesh.server.url}/api/v1/store/runs/{run}/lines/{PLANE}"
    answer = mesh.http.put(url, params=query, headers={"Authorization": "Bearer ann"}, content=b"x" * 3_000_000)
    assert "what arrived is not what was sent" in answer.json()["error"]["what"]


def _edit(root: Path) -> None:
    file = root / "domains/fleet/planes/product.odps.yaml"
    file.write_text(file.read_text().replace("What planes is for", "What planes are for"))


def test_policies_bind_though_a_checkout_looks_away(mesh: Mesh) -> None:
    policy = "-- title: No planes\n-- severity: error\n-- owner: gov@mesh.org\nSELECT product AS subject, 'no planes' AS message FROM mesh.products WHERE product = 'fleet.planes'\n"
    (mesh.folder / "hub" / "policies").mkdir()
    (mesh.folder / "hub" / "policies" / "no_planes.sql").write_text(policy)
    with pytest.raises(Faults, match="no planes"):
        mesh.applied("ann")
    with open_session(mesh.folder / "ann") as session:
        session.__dict__["wired"] = mesh.wired("ann")
        session.governed = lambda of: ()  # type: ignore[method-assign]
        report = session.apply(session.plan())
    assert "no planes" in refusal(report)


def test_others_are_told_what_is_promised_and_not_how_it_is_made(mesh: Mesh) -> None:
    mesh.applied("ann")
    mesh.applied("bob")
    planes = mesh.registry("bob").products([ProductName("fleet.planes")])[ProductName("fleet.planes")]
    assert [transform.text for transform in planes.transforms] == [""]
    assert [server.fields for contract in planes.contracts for server in contract.servers] == [{}]
    assert planes.promises[0][1].tables


def test_who_reads_a_port_shows_its_domain_how(mesh: Mesh) -> None:
    mesh.applied("ann")
    mesh.applied("bob")
    flights = mesh.registry("ann").products([ProductName("operations.flights")])[ProductName("operations.flights")]
    assert "LEFT JOIN plane" in flights.transforms[0].text


def test_what_a_contract_hides_is_not_there_for_others(mesh: Mesh) -> None:
    contract = next((mesh.folder / "ann").rglob("planes.odcs.yaml"))
    hidden = "customProperties:\n  - {property: discoverable, value: false, vendor: weft}\n"
    contract.write_text(contract.read_text() + hidden)
    assert mesh.applied("ann").succeeded
    assert PLANE in mesh.registry("ann").recorded("prod").pointers
    found = mesh.registry("bob").recorded("prod")
    assert (found.pointers, found.digests, mesh.registry("bob").products()) == ({}, {}, {})


def test_statistics_of_others_stay(mesh: Mesh) -> None:
    mesh.applied("ann")
    id_ = mesh.registry("bob").recorded("prod").pointers[PLANE].snapshot
    found = [mesh.registry(who).snapshots([id_])[id_].statistics for who in ("ann", "bob")]
    assert (bool(found[0]), found[1]) == (True, {})


def test_a_run_is_written_to_by_whoever_began_it(mesh: Mesh) -> None:
    run = mesh.registry("ann").journal.begin("prod", "apply", "")
    theirs = mesh.registry("bob").journal
    for act in (lambda: theirs.heartbeat(run), lambda: theirs.end(run, "failed")):
        with pytest.raises(Refused, match="begun by somebody else"):
            act()


def test_a_run_that_nobody_began_is_unknown(mesh: Mesh) -> None:
    with pytest.raises(Unknown):
        mesh.registry("ann").journal.heartbeat(RunId("20200101t000000000000-abcdef"))


def handed(mesh: Mesh, who: str, line: str, body: bytes, **said: Any) -> httpx.Response:
    from hashlib import blake2b

    run = said.pop("run", None) or mesh.registry(who).journal.begin("prod", "apply", "")
    query = {"rows": 1, "bytes": len(body), "digest": blake2b(body, digest_size=16).hexdigest()} | said
    headers = {"Authorization": f"Bearer {who}"}
    return mesh.http.put(
        f"{mesh.server.url}/api/v1/store/runs/{run}/lines/{line}", params=query, content=body, headers=headers
    )


def files(mesh: Mesh) -> list[Path]:
    return sorted((mesh.folder / "hub" / ".weft" / "store").rglob("*.parquet"))


def test_what_is_no_parquet_file_is_not_kept(mesh: Mesh) -> None:
    answer = handed(mesh, "ann", PLANE, b"rows, honestly")
    assert (answer.status_code, files(mesh)) == (403, [])


@pytest.mark.parametrize("said", [{"digest": "0" * 32}, {"bytes": 3}, {"bytes": 300}])
def test_other_bytes_than_were_said_are_not_kept(mesh: Mesh, said: dict[str, Any]) -> None:
    answer = handed(mesh, "ann", PLANE, b"PAR1 and so on", **said)
    assert (answer.status_code >= 400, files(mesh)) == (True, [])


def test_a_file_that_is_too_large_is_not_even_begun(mesh: Mesh) -> None:
    assert handed(mesh, "ann", PLANE, b"x", bytes=2**50).status_code == 413


@pytest.mark.parametrize(
    "line", ["fleet.planes..%2F..%2Fx@1", "fleet.planes.plane", "fleet.planes.PLANE@1", "fleet.x@1"]
)
def test_a_line_s_name_is_one(mesh: Mesh, line: str) -> None:
    assert handed(mesh, "ann", line, b"x").status_code in (400, 404)


def test_nothing_is_handed_over_for_another_domain(mesh: Mesh) -> None:
    assert handed(mesh, "bob", PLANE, b"x").status_code == 403


def test_nothing_is_handed_over_for_another_s_run_or_one_that_is_over(mesh: Mesh) -> None:
    run = mesh.registry("fay").journal.begin("prod", "apply", "")
    assert handed(mesh, "ann", PLANE, b"x", run=run).status_code == 403
    mesh.registry("fay").journal.end(run, "failed")
    assert handed(mesh, "fay", PLANE, b"x", run=run).status_code == 403


def test_a_client_that_is_killed_as_it_sends_leaves_nothing(mesh: Mesh) -> None:
    run = mesh.registry("ann").journal.begin("prod", "apply", "")
    parts = urlsplit(mesh.server.url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        head = (
            f"PUT /api/v1/store/runs/{run}/lines/{PLANE}?rows=1&bytes=1000000&digest={'0' * 32} HTTP/1.1\r\n"
            f"Host: x\r\nAuthorization: Bearer ann\r\nContent-Length: 1000000\r\n\r\n"
        )
        connection.sendall(head.encode() + b"x" * 1000)
    _until(lambda: mesh.server.paths[-1:] != [] and not files(mesh))
    assert mesh.registry("ann").recorded("prod").pointers == {}


def _until(holds: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def fetched(mesh: Mesh, who: str, *readers: str) -> bytes:
    registry = mesh.registry(who)
    (snapshot,) = registry.snapshots([registry.recorded("prod").pointers[PLANE].snapshot]).values()
    path = mesh.folder / "fetched"
    path.unlink(missing_ok=True)
    mesh.wired(who).fetch(snapshot, 0, [ProductName(name) for name in readers], path)
    return path.read_bytes()


def test_a_domain_s_developers_have_its_files_whole(mesh: Mesh) -> None:
    mesh.applied("ann")
    assert fetched(mesh, "ann")[:4] == b"PAR1"


def test_others_have_them_for_a_product_of_theirs_that_reads_them(mesh: Mesh) -> None:
    mesh.applied("ann")
    with pytest.raises(Refused, match=r"no product of yours reads fleet\.planes\.plane@1"):
        fetched(mesh, "bob")
    with pytest.raises(Refused, match="may not build and publish products"):
        fetched(mesh, "bob", "fleet.planes")
    assert fetched(mesh, "bob", "operations.flights")[:4] == b"PAR1"


def test_where_products_need_agreements_none_is_built_without(mesh: Mesh) -> None:
    mesh.applied("ann")
    (mesh.folder / "hub" / "mesh.yaml").write_text("name: test\nagreements: {products: required}\n")
    settings = mesh.server.app.state.serving.session  # type: ignore[attr-defined]
    with open_session(mesh.folder / "hub") as anew:
        settings.settings = anew.settings
    with pytest.raises(Refused, match=r"operations.flights has no agreement on fleet.planes.plane@1"):
        fetched(mesh, "bob", "operations.flights")


def test_a_snapshot_that_is_gone_says_so(mesh: Mesh) -> None:
    mesh.applied("ann")
    registry = mesh.registry("ann")
    (snapshot,) = registry.snapshots([registry.recorded("prod").pointers[PLANE].snapshot]).values()
    with pytest.raises(NotKept):
        gone = replace(snapshot, id="20200101t000000000000-abcdef")
        mesh.wired("ann").fetch(gone, 0, [], mesh.folder / "none")


def test_a_line_that_changed_hands_on_the_way_is_noticed(mesh: Mesh) -> None:
    mesh.applied("ann")
    for file in files(mesh):
        file.chmod(0o644)
        file.write_bytes(b"PAR1 something else PAR1")
    with open_session(mesh.folder / "ann") as session:
        session.__dict__["wired"] = mesh.wired("ann", "elsewhere")
        snapshot = next(iter(session.registry.snapshots([session.recorded.pointers[PLANE].snapshot]).values()))
        with pytest.raises(StoreFault, match="is not what was recorded"):
            session.store.paths(snapshot)
        assert session.store.verify(snapshot) == tuple(file.path for file in snapshot.files)


def test_an_environment_is_of_whoever_made_it(mesh: Mesh) -> None:
    from datetime import UTC, datetime, timedelta

    until = datetime.now(UTC) + timedelta(days=3650)
    mesh.registry("ann").environments.use("anns", "somebody", until)
    (made,) = mesh.registry("bob").environments.all()
    assert (made.who, made.expires_at < datetime.now(UTC) + timedelta(days=15)) == ("ann@fleet.org", True)
    with pytest.raises(Refused, match=r"is of ann@fleet\.org"):
        mesh.registry("bob").environments.remove("anns")
    mesh.registry("ann").environments.remove("anns")


def test_rules_are_not_published_from_a_checkout(mesh: Mesh) -> None:
    from datetime import UTC, datetime

    from weft.product.rule import Waiver

    with pytest.raises(Refused, match="may not"):
        mesh.registry("ann").rules.waive(
            Waiver("all", "fleet.planes", "because", "me", datetime.now(UTC).date(), datetime.now(UTC))
        )


def test_people_and_the_audit_trail_are_out_of_reach(mesh: Mesh) -> None:
    with pytest.raises(WeftError, match="the server's"):
        _ = mesh.registry("ann").identities
    with pytest.raises(WeftError, match="the server's"):
        _ = mesh.registry("ann").audit.chain
