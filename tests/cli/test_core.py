"""`weft core`: what waits for a steward, decisions, and why two records are one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from tests.cli.conftest import Weft
from tests.shops import DECISIONS, PRODUCT, applied_shop

from weft.cli.stewarding import Steward
from weft.query.stewarding.values import Sought
from weft.session import open_session
from weft.session.questions import asked
from weft.session.stewarding import deciding

TWINS = ("T219", "W48")
"""Jill Jones, and a J. Jones of the same house, who was taken for Jack."""
HEADER = "decision,left_source,left_id,right_source,right_id,by,on,why\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only to be read."""
    return applied_shop(tmp_path_factory.mktemp("shop") / "mesh")


@pytest.fixture
def own(shop: Path, tmp_path: Path) -> Path:
    return copytree(shop, tmp_path / "mesh")


def ids(weft: Weft, mesh: Path) -> dict[str, str]:
    """Of each record its core id."""
    rows = weft(
        "query", f"SELECT source, source_id, customer_id FROM {PRODUCT}.customer_crosswalk", "--json", mesh=mesh
    ).object["rows"]
    return {f"{row['source']}:{row['source_id']}": row["customer_id"] for row in rows}


def waiting(weft: Weft, mesh: Path) -> list[dict[str, Any]]:
    found = weft("core", "review", "--json", mesh=mesh).object["pairs"]
    assert isinstance(found, list)
    return found


def between(weft: Weft, mesh: Path) -> tuple[str, str]:
    """The surest pair that the weights do not decide."""
    pair = next(one for one in waiting(weft, mesh) if one["probability"] < 0.95)
    return tuple(f"{pair[side]['source']}:{pair[side]['id']}" for side in ("left", "right"))  # type: ignore[return-value]


def test_what_waits_is_listed_the_surest_first(weft: Weft, shop: Path) -> None:
    found = weft("core", "review", "--json", mesh=shop).object
    pairs = found["pairs"]
    assert (found["product"], found["waiting"]) == (PRODUCT, len(pairs))
    assert (pairs[0]["left"]["id"], pairs[0]["right"]["id"]) == TWINS
    assert "which holds each once" in pairs[0]["reason"]
    assert [one["probability"] for one in pairs] == sorted((one["probability"] for one in pairs), reverse=True)
    for one in pairs:
        assert sum(term["weight"] for term in one["evidence"]) == pytest.approx(one["weight"], abs=1e-6)
        assert one["evidence"][0]["comparison"] == "(prior)"


def test_what_waits_is_chosen_by_probability_and_source(weft: Weft, shop: Path) -> None:
    found = weft(
        "core", "review", PRODUCT, "--to", "0.95", "--source", "web", "--limit", "1", "--json", mesh=shop
    ).object
    assert (len(found["pairs"]), found["waiting"]) == (1, len(waiting(weft, shop)) - 1)
    wrong = weft("core", "review", PRODUCT, "--source", "wb", mesh=shop)
    assert (wrong.status, "Did you mean 'web'" in wrong.err) == (1, True)


def test_a_person_is_told_what_to_do_next(weft: Weft, shop: Path) -> None:
    said = weft("core", "review", mesh=shop)
    assert "till:T219 web:W48 each has a record of till, which holds each once" in " ".join(said.out.split())
    assert f"{len(waiting(weft, shop))} pairs of sales.customer wait for a person." in said.err
    assert f"weft core decide {PRODUCT} same till:T219 web:W48" in said.err


def test_a_decision_is_a_line_and_is_waited_for_no_more(weft: Weft, own: Path) -> None:
    before, (left, right) = len(waiting(weft, own)), between(weft, own)
    done = weft("core", "decide", PRODUCT, "different", left, right, "--why", "=two, of one family", mesh=own)
    assert (done.status, "1 decision not applied yet: weft apply -s sales.customer" in done.err) == (0, True)
    written = (own / DECISIONS).read_text()
    assert written.startswith(f"{HEADER}different,{left.replace(':', ',')},{right.replace(':', ',')},")
    assert written.endswith(',"\'=two, of one family"\n')
    assert len(waiting(weft, own)) == before - 1
    assert weft("check", mesh=own).status == 0


def test_who_decides_otherwise_is_told_and_says_replace(weft: Weft, own: Path) -> None:
    decide, (left, right) = ("core", "decide", PRODUCT), between(weft, own)
    assert weft(*decide, "different", left, right, mesh=own).status == 0
    refused = weft(*decide, "same", right, left, mesh=own)
    assert (refused.status, "decided on" in refused.err, "--replace" in refused.err) == (1, True, True)
    found = weft(*decide, "same", right, left, "--replace", "--json", mesh=own).object
    assert (found["decision"], found["left"]["source"], found["decided"]) == ("same", "web", 1)
    assert (own / DECISIONS).read_text().count("\n") == 2
    assert weft(*decide, "--withdraw", left, right, mesh=own).status == 0
    assert (own / DECISIONS).read_text() == HEADER
    nothing = weft(*decide, "--withdraw", left, right, mesh=own)
    assert (nothing.status, "nothing was decided" in nothing.err) == (2, True)


def test_decisions_that_contradict_each_other_together_are_not_written(weft: Weft, own: Path) -> None:
    decide = ("core", "decide", PRODUCT)
    assert weft(*decide, "same", "till:T8", "web:W8", mesh=own).status == 0
    assert weft(*decide, "same", "till:T9", "web:W8", mesh=own).status == 0
    before = (own / DECISIONS).read_text()
    refused = weft(*decide, "different", "till:T8", "till:T9", mesh=own)
    assert (refused.status, "together say" in refused.err) == (1, True)
    assert (own / DECISIONS).read_text() == before


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        (("same", "till:T8", "web:W999"), 1, "there is no record of web"),
        (("same", "till:T8", "wb:W8"), 1, "Did you mean 'web'"),
        (("sam", "till:T8", "web:W8"), 1, "Did you mean 'same'"),
        (("same", "till:T8"), 2, "a decision is of two records, and 1 is named"),
        (("same", "till:T8", "till:T8"), 2, "one record, and not two"),
        (("same", "till", "web:W8"), 2, "'till' is no record"),
    ],
)
def test_what_is_no_decision_is_refused(weft: Weft, own: Path, said: tuple[str, ...], status: int, why: str) -> None:
    found = weft("core", "decide", PRODUCT, *said, mesh=own)
    assert (found.status, why in found.err) == (status, True), found.err
    assert not (own / DECISIONS).exists()


def test_a_bad_merge_is_undone_by_one_line_and_ids_return(weft: Weft, own: Path) -> None:
    before, (left, right) = ids(weft, own), between(weft, own)
    assert before[left] != before[right]
    assert weft("core", "decide", PRODUCT, "same", left, right, mesh=own).status == 0
    assert weft("apply", mesh=own).status == 0
    merged = ids(weft, own)
    assert merged[left] == merged[right]
    assert weft("core", "decide", PRODUCT, "different", left, right, "--replace", mesh=own).status == 0
    assert weft("apply", mesh=own).status == 0
    assert ids(weft, own) == before
    told = weft("core", "explain", PRODUCT, left, right, "--json", mesh=own).object
    assert (told["is_one"], told["decision"]["verdict"], len(told["history"])) == (False, "different", 2)


def by_email(weft: Weft, mesh: Path) -> tuple[str, str]:
    """A record of the web shop and one of a till that are one by their e-mail, though they are written otherwise."""
    sql = f"SELECT * FROM {PRODUCT}.customer_crosswalk WHERE decided_by = 'same email' AND source = 'web' ORDER BY source_id LIMIT 1"
    (row,) = weft("query", sql, "--json", mesh=mesh).object["rows"]
    return f"web:{row['source_id']}", row["matched_with"]


def test_why_two_records_are_one_is_told_with_rule_values_and_weights(weft: Weft, shop: Path) -> None:
    left, right = by_email(weft, shop)
    found = weft("core", "explain", PRODUCT, left, right, "--json", mesh=shop).object
    turned = weft("core", "explain", PRODUCT, right, left, "--json", mesh=shop).object
    assert (found["is_one"], "the rule 'same email'" in found["verdict"]) == (True, True)
    weighed = found["weighed"]
    (email,) = [one for one in weighed["values"] if one["field"] == "email"]
    assert email["left"] == email["right"]
    assert (weighed["rules"], found["left"]["source"], turned["left"]["source"]) == (["same email"], "web", "till")
    assert [one["left"] for one in weighed["evidence"]] == [one["right"] for one in turned["weighed"]["evidence"]]
    assert sum(one["weight"] for one in weighed["evidence"]) == pytest.approx(weighed["weight"], abs=1e-6)


def test_of_a_core_id_all_records_are_told(weft: Weft, shop: Path) -> None:
    web, till = by_email(weft, shop)
    known = ids(weft, shop)[till]
    found = weft("core", "explain", PRODUCT, known, "--json", mesh=shop).object
    assert [f"{one['source']}:{one['id']}" for one in found["records"]] == [till, web]
    (email,) = [one for one in found["fields"] if one["field"] == "email"]
    assert (email["value"], email["agreeing"], email["saying"]) == (found["values"]["email"], 2, 2)
    assert weft("core", "explain", PRODUCT, till, "--json", mesh=shop).object == found
    assert weft("core", "explain", PRODUCT, "CUSTOMER-NOPE", mesh=shop).status == 1


def test_who_may_not_see_names_sees_levels_and_weights(weft: Weft, shop: Path) -> None:
    known = waiting(weft, shop)[0]["evidence"]
    found = weft("core", "review", "--as", "dora@shop.example", "--json", mesh=shop).object
    assert found["masked"] == ["evidence"]
    shown = found["pairs"][0]["evidence"]
    assert [(one["level"], one["weight"]) for one in shown] == [(one["level"], one["weight"]) for one in known]
    assert {one["left"] for one in shown} | {one["right"] for one in shown} == {None}
    clear = weft("core", "review", "--as", "sam@shop.example", "--json", mesh=shop).object
    assert clear["pairs"][0]["evidence"] == known
    assert weft("core", "review", "--as", "nobody@shop.example", mesh=shop).status == 1


def test_why_is_told_without_values_to_who_may_not_see_them(weft: Weft, shop: Path) -> None:
    pair = by_email(weft, shop)
    names = [
        one["left"] for one in weft("core", "explain", PRODUCT, *pair, "--json", mesh=shop).object["weighed"]["values"]
    ]
    told = weft("core", "explain", PRODUCT, *pair, "--as", "dora@shop.example", "--json", mesh=shop)
    assert told.object["weighed"]["values"] == []
    assert len(told.object["weighed"]["evidence"]) > 1
    assert not [name for name in names if name and f'"{name}"' in told.out]


def test_looking_at_pairs_stands_in_the_audit_trail(weft: Weft, own: Path) -> None:
    weft("core", "review", "--as", "sam@shop.example", mesh=own)
    found = weft("audit", "search", "--table", f"{PRODUCT}.customer_review", "--json", mesh=own).object
    assert "review" in [one["door"] for one in found["records"] if one["on_behalf_of"] == "sam@shop.example"]


def test_a_sitting_writes_each_decision_at_once(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: Iterator[str] = iter(["what", "s Jill ordered it", "k", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    with open_session(own) as session:
        queue = asked(session, "core.review", PRODUCT, Sought())
        Steward(session, deciding(session, PRODUCT), queue).run()
    said = capsys.readouterr()
    assert f"Pair 1 of {queue.waiting}: over 99.999 % likely one" in said.out
    assert "same [WHY]" in said.out
    assert "1 decision written" in said.err
    assert (own / DECISIONS).read_text().splitlines()[1:][0].endswith(",Jill ordered it")


def test_what_somebody_writes_during_a_sitting_stays(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = "different,till,T1,web,W2,bob,2026-11-21,seen at the till\n"

    def answered(_: str) -> str:
        if (own / DECISIONS).exists():
            return "q"
        (own / DECISIONS).write_text(HEADER + theirs)
        return "s"

    monkeypatch.setattr("builtins.input", answered)
    with open_session(own) as session:
        Steward(session, deciding(session, PRODUCT), asked(session, "core.review", PRODUCT, Sought())).run()
    written = (own / DECISIONS).read_text()
    assert written.startswith(HEADER + theirs)
    assert written.count("\n") == 3


def test_a_mesh_without_core_data_says_so(weft: Weft, flights: Path) -> None:
    assert "no product makes core data" in weft("core", "review", mesh=flights).err
    other = weft("core", "review", "fleet.planes", mesh=flights)
    assert (other.status, "has no core.yaml" in other.err) == (2, True)


def test_the_environment_that_is_set_is_the_one_that_is_listed(
    weft: Weft, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEFT_ENV", "nowhere")
    said = {verb: weft("core", *verb, mesh=shop) for verb in ((), ("review",))}
    assert [(one.status, one.err) for one in said.values()] == [(1, said["review",].err)] * 2
    assert "nowhere" in said[()].err
