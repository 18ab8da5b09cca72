"""What a regulator is handed proves itself, with nothing of ours; whatever was changed or left out shows."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from weft.errors import Misuse, Refused
from weft.governance.audit.keys import signing_key
from weft.governance.audit.proof import Form, Wanted, export
from weft.governance.audit.pruning import prune
from weft.governance.audit.signing import Witness
from weft.product.audit import AuditedRead, Decided, Ending

from .conftest import GRANTED, Change

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC)
TODAY = Wanted(NOW - HOUR, NOW + HOUR, "fleet", by="audrey")
OTHER = AuditedRead("bob", "api", {"sales.orders.orders@1": ("price",)}, "SELECT price FROM sales.orders.orders")


def checked(folder: Path, *arguments: str) -> tuple[int, str]:
    """By a Python that knows nothing of this project."""
    program = [sys.executable, "-I", "-S", str(folder / "check_export.py"), *arguments]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def mixed(trail: Witness) -> Witness:
    """Reads of another domain among the records."""
    trail.audit.complete(trail.audit.begin(OTHER), Ending("done", 1, 1, 1))
    trail.audit.decided(GRANTED, Decided("eve", "grant", "given", "ann is auditor"))
    return trail


def test_an_export_holds_and_discloses_one_domain_alone(mixed: Witness, tmp_path: Path) -> None:
    done = export(mixed, TODAY, tmp_path / "out")
    status, said = checked(tmp_path / "out")
    assert (status, said.splitlines()[-1]) == (0, "it holds")
    assert "14 records in the chain, 11 of them disclosed" in said
    everything = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert b"price" not in everything
    assert b"auditor" not in everything
    assert (done.records, done.first, done.last) == (8, 1, 14)


def test_it_is_checked_with_a_key_that_was_handed_over_before(mixed: Witness, tmp_path: Path) -> None:
    export(mixed, TODAY, tmp_path / "out")
    (tmp_path / "mine.pem").write_text(mixed.key.public.pem)
    other = signing_key(tmp_path / "other.key")
    assert other
    (tmp_path / "other.pem").write_text(other.public.pem)
    assert checked(tmp_path / "out", str(tmp_path / "mine.pem"))[0] == 0
    status, said = checked(tmp_path / "out", str(tmp_path / "other.pem"))
    assert (status, "not signed by a key that you trust" in said) == (1, True)


def resealed(folder: Path, name: str, text: str) -> None:
    """A file and its digest, changed together: only the signature can tell."""
    (folder / name).write_text(text)
    told = json.loads((folder / "export.json").read_text())
    told["files"][name] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "export.json").write_text(json.dumps(told))


def withheld(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "chain.jsonl").read_text().splitlines()]
    lines[2]["body"] = None
    resealed(folder, "chain.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def cut(folder: Path) -> None:
    resealed(folder, "chain.jsonl", "".join((folder / "chain.jsonl").read_text().splitlines(keepends=True)[:-1]))


def edited(folder: Path) -> None:
    resealed(folder, "chain.jsonl", (folder / "chain.jsonl").read_text().replace("she asked well", "she asked badly"))


def rowless(folder: Path) -> None:
    (folder / "records.jsonl").write_text("")


def headless(folder: Path) -> None:
    resealed(folder, "heads.jsonl", "")


CHANGES: tuple[tuple[Callable[[Path], None], str], ...] = (
    (withheld, "record 3: it is of the domain and the time that were asked for, and withheld"),
    (cut, "no head vouches for record 14, where the chain ends"),
    (edited, "its body is not what its digest says"),
    (rowless, "records.jsonl: missing, or not what was exported"),
    (headless, "no head vouches for record 14"),
)


@pytest.mark.parametrize(("change", "said"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_a_changed_export_does_not_hold(
    mixed: Witness, tmp_path: Path, change: Callable[[Path], None], said: str
) -> None:
    export(mixed, TODAY, tmp_path / "out")
    change(tmp_path / "out")
    status, told = checked(tmp_path / "out")
    assert status == 1
    assert said in told


def test_a_part_of_the_trail_stands_between_two_heads(mixed: Witness, tmp_path: Path) -> None:
    mixed.sign()
    since = datetime.now(UTC)
    mixed.audit.decided(GRANTED)
    done = export(mixed, Wanted(since, NOW + HOUR, "fleet", by="audrey"), tmp_path / "out")
    assert (done.first, done.last, done.records) == (14, 15, 2)
    assert checked(tmp_path / "out")[0] == 0


def test_nothing_in_that_time_is_an_export_too(mixed: Witness, tmp_path: Path) -> None:
    done = export(mixed, Wanted(NOW - 3 * HOUR, NOW - 2 * HOUR, "fleet"), tmp_path / "out")
    assert done.records == 0
    assert checked(tmp_path / "out")[0] == 0


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_other_forms_have_the_same_rows(mixed: Witness, tmp_path: Path, form: Form) -> None:
    mixed.audit.decided(Decided("=cmd|' /C calc'!A0", "grant", "given", "x", domains=("fleet",)))
    done = export(mixed, Wanted(TODAY.since, TODAY.until, "fleet", form), tmp_path / "out")
    file = tmp_path / "out" / f"records.{form}"
    rows = list(csv.DictReader(file.read_text().splitlines())) if form == "csv" else pq.read_table(file).to_pylist()
    assert len(rows) == done.records == 9
    assert rows[0]["who"] == "ann"
    assert not any(row["who"].startswith("=") for row in rows if form == "csv")
    assert checked(tmp_path / "out")[0] == 0


def test_an_export_stands_in_the_trail_itself(mixed: Witness, tmp_path: Path) -> None:
    export(mixed, TODAY, tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out" / "records.jsonl").read_text().splitlines()]
    assert (rows[-1]["what"], rows[-1]["who"]) == ("exported", "audrey")


def test_what_does_not_hold_is_not_exported(mixed: Witness, change: Change, tmp_path: Path) -> None:
    change("DELETE FROM audit WHERE number = 4")
    with pytest.raises(Refused, match="record 4 is missing"):
        export(mixed, TODAY, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_not_written_over(mixed: Witness, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(Misuse, match="is there already"):
        export(mixed, TODAY, tmp_path / "out")


def test_old_records_go_and_the_proof_stays(mixed: Witness, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    mixed.audit.decided(GRANTED)
    done = prune(mixed, before, tmp_path / "archive", "gus")
    assert (done.records, done.through) == (13, 13)
    found = mixed.verify()
    assert (found.problems, found.first, found.last) == ((), 14, 16)
    assert checked(tmp_path / "archive")[0] == 0
    mixed.sign()
    export(mixed, TODAY, tmp_path / "out")
    assert checked(tmp_path / "out")[0] == 0


def test_a_read_that_has_not_ended_does_not_go(mixed: Witness, tmp_path: Path) -> None:
    id = mixed.audit.begin(OTHER)
    mixed.audit.decided(GRANTED)
    done = prune(mixed, datetime.now(UTC), tmp_path / "archive", "gus")
    assert done.through == 13
    mixed.audit.complete(id, Ending("done"))
    assert mixed.verify().problems == ()


def test_what_went_without_a_checkpoint_shows_though_a_head_stands_there(mixed: Witness, change: Change) -> None:
    change("DELETE FROM audit WHERE number <= 9")
    assert mixed.verify().problems == (
        "records 1 to 9 are missing, and no signed checkpoint says that they were pruned",
    )


def test_a_future_is_not_pruned(mixed: Witness, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="yet to come"):
        prune(mixed, NOW + HOUR, tmp_path / "archive", "gus")
