"""Whatever is done to the audit trail shows, and it is said where."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from weft.errors import Refused
from weft.governance.audit.keys import signing_key
from weft.governance.audit.signing import Witness
from weft.product.audit import GENESIS, digest_of, linked
from weft.settings import Settings

from .conftest import GRANTED, READ, Change


def test_a_trail_as_it_was_written_holds(trail: Witness) -> None:
    trail.audit.begin(READ)
    found = trail.verify()
    assert (found.holds, found.records, found.first, found.last) == (True, 10, 1, 10)
    assert (found.heads, found.signed, found.unended) == (2, 9, 1)


SWAP = """
UPDATE audit SET number = -1 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 5; UPDATE audit SET number = 5 WHERE number = -1;
"""
CHANGES = [
    ("UPDATE audit SET body = replace(body, 'ann', 'bob') WHERE number = 3", "record 3 (began", "was edited"),
    ("UPDATE audit SET who = 'bob' WHERE number = 3", "record 3 (began", "its who was edited: its body says 'ann'"),
    ("UPDATE audit SET kind = 'decided' WHERE number = 3", "record 3 (decided", "its kind was edited"),
    ("UPDATE audit SET at = at + 1 WHERE number = 3", "record 3 (began", "does not follow record 2"),
    ("UPDATE audit SET domains = 'ops' WHERE number = 3", "record 3 (began", "does not follow record 2"),
    ("UPDATE audit SET body = 'x', digest = 'y' WHERE number = 3", "record 3 (began", "a body that cannot be read"),
    ("UPDATE audit SET link = digest WHERE number = 9", "record 9 (decided", "rewritten between records 7 and 9"),
    ("DELETE FROM audit WHERE number = 4", "record 4 is missing", ""),
    ("DELETE FROM audit WHERE number BETWEEN 4 AND 6", "records 4 to 6 are missing", ""),
    ("DELETE FROM audit WHERE number < 3", "records 1 to 2 are missing", "no signed checkpoint"),
    ("DELETE FROM audit WHERE number <= 6", "records 1 to 6 are missing", "no signed checkpoint"),
    (
        "DELETE FROM audit WHERE number > 7; UPDATE counters SET value = 7 WHERE name = 'audit'",
        "records 8 to 9 are missing at the end",
        "a head of record 9 was signed",
    ),
    (
        "DELETE FROM audit; UPDATE counters SET value = 0 WHERE name = 'audit'",
        "records 1 to 9 are missing at the end",
        "",
    ),
    (SWAP, "record 4 (began", "does not follow record 3"),
    (
        "DELETE FROM audit WHERE number = 4; UPDATE audit SET number = number - 1 WHERE number > 4",
        "record 4 ",
        "does not follow",
    ),
]


@pytest.mark.parametrize(("done", "where", "what"), CHANGES, ids=[done.strip()[:60] for done, _, _ in CHANGES])
def test_a_change_shows(trail: Witness, change: Change, done: str, where: str, what: str) -> None:
    change(done)
    problems = trail.verify().problems
    assert any(where in problem and what in problem for problem in problems), problems


def test_a_cut_behind_the_newest_head_shows_by_what_the_registry_counted(trail: Witness, change: Change) -> None:
    trail.audit.decided(GRANTED)
    change("DELETE FROM audit WHERE number = 10")
    (problem,) = trail.verify().problems
    assert problem == "record 10 is missing at the end: the registry counted 10"


def test_a_tail_that_was_cut_shows_for_ever(trail: Witness, change: Change) -> None:
    change("DELETE FROM audit WHERE number > 7")
    trail.audit.decided(GRANTED)
    problems = trail.verify().problems
    assert "records 8 to 9 are missing" in problems


def rewritten(settings: Settings, since: int) -> None:
    """All of the trail from a record on made anew, links and all: what a chain alone cannot show."""
    with closing(sqlite3.connect(settings.registry.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT number, at, domains, body, link FROM audit ORDER BY number").fetchall()
        link = GENESIS
        for number, at, domains, body, was in rows:
            if number < since:
                link = was
                continue
            body = json.dumps({**json.loads(body), "who": "nobody"})
            link = linked(link, number, at, (domains, digest_of(body)))
            done = (body, digest_of(body), link, number)
            connection.execute("UPDATE audit SET who = 'nobody', body = ?, digest = ?, link = ? WHERE number = ?", done)
        connection.commit()


def test_a_whole_rewrite_shows_between_which_heads(trail: Witness, change: Change, settings: Settings) -> None:
    change("")
    rewritten(settings, 8)
    (problem,) = trail.verify().problems
    assert problem.startswith("record 9 (decided")
    assert problem.endswith("the trail was rewritten between records 7 and 9")
    rewritten(settings, 1)
    assert trail.verify().problems[0].endswith("the trail was rewritten between records 1 and 6")


def test_nothing_is_signed_over_a_rewrite(trail: Witness, change: Change, settings: Settings) -> None:
    change("")
    rewritten(settings, 8)
    trail.audit.decided(GRANTED)
    with pytest.raises(Refused, match="record 9 of the audit trail is not the one that was signed"):
        trail.sign()


def test_a_head_that_was_changed_or_made_up_shows(trail: Witness, settings: Settings) -> None:
    (file,) = trail.folder.path.glob("heads-*.jsonl")
    good = file.read_text()
    for made in (
        good.replace('"number":6', '"number":5'),
        good.replace('"mesh":"flights"', '"mesh":"trains"'),
        good.replace(trail.key.public.id, "0" * 16),
        good.replace('"what":"head"', '"what":"checkpoint"'),
        f"{good[:50]}}}\n{good}",
    ):
        file.write_text(made)
        assert str(file) in trail.verify().problems[0]


def test_a_head_that_a_killed_server_never_finished_spoils_itself_alone(trail: Witness) -> None:
    (file,) = trail.folder.path.glob("heads-*.jsonl")
    with file.open("a") as open_file:
        open_file.write('{"mesh":"fli')
    assert trail.verify().holds
    trail.audit.decided(GRANTED)
    trail.sign()
    assert (trail.verify().signed, trail.verify().problems) == (10, ())


def test_what_another_key_signed_is_not_trusted(trail: Witness, tmp_path: Path) -> None:
    other = signing_key(tmp_path / "other.key")
    assert other is not None
    assert "none of those trusted" in trail.verify((other.public,)).problems[0]
    assert trail.verify((trail.key.public,)).holds
