"""The audit trail: a chain that many write side by side, that is only added to, and that says of every read how it ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from weft.errors import RegistryBusy, RegistryFault
from weft.names import DomainName
from weft.product.audit import GENESIS, AuditedRead, AuditRecord, Decided, Ending, Span, digest_of, linked
from weft.registry import open_registry
from weft.registry.opening import database_of
from weft.registry.seam import Registry
from weft.settings import Settings

READ = AuditedRead("ann", "api", {"fleet.planes.plane@1": ("tail", "seats")}, "SELECT * FROM fleet.planes.plane")
DONE = Ending("done", 3, 99, 12)
GRANTED = Decided("eve", "agreement", "granted", "ann reads fleet.planes.plane", "she asked well", ("fleet",))


def records(registry: Registry, **span: object) -> list[AuditRecord]:
    return list(registry.audit.records(replace(Span(), **span)))  # type: ignore[arg-type]


def holds(found: list[AuditRecord]) -> bool:
    link = GENESIS
    for number, one in enumerate(found, 1):
        link = linked(link, number, one.at, (one.domains, digest_of(one.body)))
        if (one.number, one.link) != (number, link):
            return False
    return True


def test_a_read_is_two_records_of_one_chain(registry: Registry) -> None:
    id = registry.audit.begin(READ)
    registry.audit.complete(id, DONE)
    began, completed = records(registry)
    assert (began.kind, completed.kind, completed.domains) == ("began", "completed", "fleet")
    told, ended = json.loads(began.body), json.loads(completed.body)
    assert (told["id"], told["who"], told["columns"]) == (id, "ann", {"fleet.planes.plane@1": ["tail", "seats"]})
    assert (ended["id"], ended["outcome"], ended["rows"], ended["bytes"]) == (id, "done", 3, 99)
    assert holds([began, completed])


def test_a_read_ends_once(registry: Registry) -> None:
    id = registry.audit.begin(READ)
    for outcome in ("cancelled", "done"):
        registry.audit.complete(id, replace(DONE, outcome=outcome))  # type: ignore[arg-type]
    assert [json.loads(one.body).get("outcome") for one in records(registry)] == [None, "cancelled"]


def test_what_was_refused_is_begun_and_ended_at_once(registry: Registry) -> None:
    registry.audit.refused(READ, Ending("refused", message="no agreement"))
    assert [json.loads(one.body).get("message") for one in records(registry)] == [None, "no agreement"]


def test_decisions_stand_in_the_same_chain(registry: Registry) -> None:
    id = registry.audit.begin(READ)
    registry.audit.decided(GRANTED, replace(GRANTED, domains=()))
    registry.audit.complete(id, DONE)
    found = records(registry)
    assert [(one.kind, one.domains) for one in found][1:3] == [("decided", "fleet"), ("decided", "mesh")]
    assert holds(found)


def test_several_servers_write_one_chain(registry: Registry, any_settings: Settings) -> None:
    def ask() -> None:
        with closing(open_registry(any_settings)) as own:
            threads = [threading.Thread(target=several, args=(own,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def several(own: Registry) -> None:
        for _ in range(10):
            own.audit.complete(own.audit.begin(READ), DONE)

    registry.journal.begin("prod", "apply", "ann")
    servers = [threading.Thread(target=ask) for _ in range(3)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    found = records(registry)
    assert (len(found), len({(one.id, one.kind) for one in found})) == (240, 240)
    assert holds(found)


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'bob'", "DELETE FROM audit WHERE number = 1"])
def test_the_database_refuses_to_change_it(registry: Registry, any_settings: Settings, change: str) -> None:
    registry.audit.decided(GRANTED)
    with (
        closing(database_of(any_settings)) as database,
        pytest.raises(RegistryFault, match="only added to"),
        database.writing() as transaction,
    ):
        transaction.run(change)
    assert len(records(registry)) == 1


def test_numbers_go_on_behind_a_tail_that_was_cut(registry: Registry, any_settings: Settings) -> None:
    registry.audit.decided(*[GRANTED] * 3)
    with closing(database_of(any_settings)) as database, database.writing() as transaction:
        transaction.run("UPDATE counters SET value = 9 WHERE name = 'audit pruned'")
        transaction.run("DELETE FROM audit WHERE number > 1")
    registry.audit.decided(GRANTED)
    assert [one.number for one in records(registry)] == [1, 4]


def test_what_no_database_keeps_is_no_fault_of_others(registry: Registry) -> None:
    registry.audit.decided(replace(GRANTED, who="a\x00\ud800b", subject="\x00", domains=("fl\x00eet",)))
    assert holds(records(registry))


def test_records_are_found_by_time_person_and_domain(registry: Registry) -> None:
    registry.audit.decided(GRANTED, replace(GRANTED, domains=("sales_west", "fleet")), replace(GRANTED, who="bob"))
    first, second, third = records(registry)
    assert records(registry, domain=DomainName("sales_west")) == [second]
    assert records(registry, domain=DomainName("salesxwest")) == records(registry, domain=DomainName("%")) == []
    assert records(registry, who="bob") == [third]
    assert records(registry, newest=2) == [second, third]
    assert records(registry, since=first.at, until=first.at) == []
    assert records(registry, first=2, last=2) == [second]


KILLED = """
import os, signal, sys
from pathlib import Path
from weft.product.audit import AuditedRead
from weft.registry import open_registry
from weft.settings import Settings
root = Path({root!r})
audit = open_registry(Settings("flights", root, root, {url!r}, root)).audit
audit.begin(AuditedRead("ann", "api", {{"fleet.planes.plane@1": ()}}, "SELECT 1"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_read_whose_server_was_killed_is_closed_as_unknown(registry: Registry, any_settings: Settings) -> None:
    mine = registry.audit.begin(READ)
    program = KILLED.format(root=str(any_settings.root), url=any_settings.registry)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode < 0
    assert registry.audit.chain.close_abandoned() == 1
    assert registry.audit.chain.close_abandoned() == 0
    found = records(registry)
    assert [(one.kind, one.id == mine) for one in found] == [("began", True), ("began", False), ("completed", False)]
    assert json.loads(found[-1].body)["outcome"] == "unknown"
    assert holds(found)


def test_a_registry_that_is_not_there_has_no_records(registry: Registry) -> None:
    assert records(registry) == []
    assert registry.audit.chain.tail().number == registry.audit.chain.close_abandoned() == 0


def test_an_ending_that_a_locked_registry_does_not_take_is_said_again(settings: Settings) -> None:
    with closing(open_registry(replace(settings, busy_seconds=0.05))) as registry:
        id = registry.audit.begin(READ)
        with closing(database_of(settings)) as database, database.writing():
            registry.audit.complete(id, DONE)
            with pytest.raises(RegistryBusy):
                registry.audit.begin(READ)
        registry.audit.begin(READ)
        assert [one.kind for one in records(registry)] == ["began", "began", "completed"]


def test_closing_waits_for_what_is_to_be_written(registry: Registry, any_settings: Settings) -> None:
    with closing(open_registry(any_settings)) as own:
        for id in [own.audit.begin(READ) for _ in range(20)]:
            own.audit.complete(id, DONE)
    assert len(records(registry)) == 40


def test_the_owners_own_read_is_written_without_a_thread(registry: Registry) -> None:
    before = threading.active_count()
    registry.audit.complete(registry.audit.begin(READ, is_durable=False), DONE, is_durable=False)
    assert threading.active_count() == before
    assert holds(records(registry))


def test_what_is_no_name_of_a_domain_concerns_none(registry: Registry) -> None:
    registry.audit.refused(replace(READ, columns={"fleet,sales\n.x.y": (), "ops.x.y": ()}), Ending("refused"))
    assert {one.domains for one in records(registry)} == {"ops"}
