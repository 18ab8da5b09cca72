"""Records of two lists become entities: by rules, by weights, by stewards; with what was made told in six tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.core_data.making_core import SAME_NPI, Mesh, core_of, decided, groups, ids, record, source

from weft.core_data import explain, make
from weft.errors import TransformFault
from weft.product.core_data import CoreRequest, Thresholds, columns_of

LAST = [
    "SMITH",
    "JONES",
    "BROWN",
    "TAYLOR",
    "WILSON",
    "DAVIES",
    "EVANS",
    "THOMAS",
    "JOHNSON",
    "ROBERTS",
    "WALKER",
    "WRIGHT",
    "HALL",
    "GREEN",
    "WOOD",
    "CLARK",
]
FIRST = ["ADA", "ALAN", "GRACE", "KURT", "EMMY", "SOFIA", "HENRI", "LISE", "MARIE", "NIELS", "PAUL", "RUTH"]
CITIES = ["BOSTON", "AUSTIN", "DENVER", "SALEM"]


def people(count: int, shift: int = 0) -> list[dict[str, str]]:
    return [
        {
            "id": f"{at}",
            "last_name": LAST[at % len(LAST)] + LAST[(at // 16) % len(LAST)].lower(),
            "first_name": FIRST[at % len(FIRST)],
            "city": CITIES[(at + shift) % len(CITIES)],
        }
        for at in range(count)
    ]


def mesh(folder: Path, **more: object) -> Mesh:
    return Mesh(folder, core_of(source("a", is_unique=True), source("b"), **more))


def test_the_same_identifier_makes_one(tmp_path: Path) -> None:
    made = mesh(tmp_path).run(
        {"a": [{"id": "1", "npi": "77"}], "b": [{"id": "x", "npi": "77"}, {"id": "y", "npi": "78"}]}
    )
    assert groups(made) == {frozenset({"a:1", "b:x"}), frozenset({"b:y"})}
    assert {row["source_id"]: row["decided_by"] for row in made["crosswalk"]} == {
        "1": "same npi",
        "x": "same npi",
        "y": "alone",
    }


def test_weights_find_who_is_one_among_many(tmp_path: Path) -> None:
    made = mesh(tmp_path).run({"a": people(200), "b": people(150)})
    assert groups(made) == {frozenset({f"a:{at}", f"b:{at}"} if at < 150 else {f"a:{at}"}) for at in range(200)}


def test_every_table_has_its_columns(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    made = one.run({"a": people(50), "b": people(50)})
    told = {role: tuple(name for name, _ in columns) for role, columns in columns_of(one.core).items()}
    assert {role: tuple(rows[0]) for role, rows in made.items() if rows} == {
        role: told[role] for role, rows in made.items() if rows
    }


def test_a_steward_wins_over_a_rule(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    one.decide(decided("different", "a:1", "b:x"))
    made = one.run({"a": [{"id": "1", "npi": "77"}], "b": [{"id": "x", "npi": "77"}]})
    assert groups(made) == {frozenset({"a:1"}), frozenset({"b:x"})}
    assert made["review"] == []


def test_two_records_of_a_source_that_holds_each_once_are_never_one(tmp_path: Path) -> None:
    rows = {"a": [{"id": "1", "npi": "77"}, {"id": "2", "npi": "77"}], "b": [{"id": "x", "npi": "77"}]}
    made = mesh(tmp_path).run(rows)
    assert groups(made) == {frozenset({"a:1", "b:x"}), frozenset({"a:2"})}
    assert [row["reason"] for row in made["review"]] == ["each has a record of a, which holds each once"]


def test_a_bad_merge_is_undone_by_one_line_and_ids_return(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    apart = {"a": [{"id": "1", "npi": "77"}], "b": [{"id": "x", "npi": "78"}]}
    before = ids(one.run(apart))
    wrong = {**apart, "b": [{"id": "x", "npi": "77"}]}
    assert len(groups(one.run(wrong))) == 1
    one.decide(decided("different", "a:1", "b:x"))
    assert ids(one.run(wrong)) == before


def test_the_same_request_makes_the_same_bytes(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    rows = {"a": people(300), "b": people(250, shift=1)}
    first, second = one.request(rows), None
    made = make(first)
    one.runs += 1
    second = one.request(rows)
    again = make(CoreRequest(second.core, second.sources, second.previous, second.is_whole, first.as_of, second.into))
    assert {role: path.read_bytes() for role, path in made.files.items()} == {
        role: path.read_bytes() for role, path in again.files.items()
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"id": None}], "1 record of source 'a' has no key (id)"),
        ([{"id": "1"}, {"id": "1"}], "1 key of source 'a' (id) stands for several records, such as '1'"),
    ],
)
def test_records_that_cannot_be_told_apart_are_refused(tmp_path: Path, rows: list[dict[str, str]], told: str) -> None:
    with pytest.raises(TransformFault, match=told.replace("(", r"\(").replace(")", r"\)")):
        mesh(tmp_path).run({"a": rows})


@pytest.mark.parametrize("rows", [{}, {"a": [{"id": "1"}]}, {"a": [{"id": "1"}, {"id": "2"}], "b": [{"id": "3"}]}])
def test_nothing_one_and_nothing_filled_are_made_too(tmp_path: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    made = mesh(tmp_path).run(rows)
    assert len(made["entity"]) == sum(len(one) for one in rows.values())


def test_a_pair_is_explained_by_the_published_weights(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    rows = {"a": people(200), "b": people(150)}
    one.run(rows)
    found = explain(one.request(rows), record("b:3"), record("a:3"))
    assert (found.left.record, found.verdict, found.are_one) == (record("a:3"), "same", True)
    assert found.weight == pytest.approx(sum(term.weight for term in found.evidence))
    assert [tied.by for tied in found.chain] == ["weights"]
    assert found.met_in


def test_two_records_of_a_source_that_holds_each_once_are_explained_as_two(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    rows = {"a": [*people(200), {**people(1)[0], "id": "twin"}], "b": people(150)}
    one.run(rows)
    found = explain(one.request(rows), record("a:0"), record("a:twin"))
    assert (found.verdict, found.met_in, found.are_one) == ("different", (), False)
    assert found.said == "a holds each once, so no two of its records are one"


def test_a_rule_may_get_another_name(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    rows = {"a": [{"id": "1", "npi": "77"}, *people(20)[2:]], "b": [{"id": "x", "npi": "77"}]}
    before = ids(one.run(rows))
    one.core = replace(one.core, rules=(replace(SAME_NPI, name="number"),))
    made = one.run({**rows, "b": [*rows["b"], {"id": "y", "npi": "77"}]})
    assert {row["decided_by"] for row in made["crosswalk"]} == {"number", "alone"}
    assert ids(made)["b:x"] == before["a:1"]


@pytest.mark.parametrize("review", [0.0, 1.0])
def test_the_ends_of_the_thresholds_are_thresholds_too(tmp_path: Path, review: float) -> None:
    made = mesh(tmp_path, thresholds=Thresholds(1.0, review)).run({"a": people(60), "b": people(50)})
    assert (len(groups(made)), bool(made["review"])) == (110, review == 0.0)


def test_new_records_are_matched_against_the_core_by_the_weights_that_were_learnt(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    before = one.run({"a": people(200), "b": people(150)})
    after = one.run({"a": people(200), "b": people(155)})
    assert one.made is not None
    assert "5 of them new or changed" in one.made.said
    assert after["weights"] == before["weights"]
    assert groups(after) == {frozenset({f"a:{at}", f"b:{at}"} if at < 155 else {f"a:{at}"}) for at in range(200)}
    assert {record: core_id for record, core_id in ids(after).items() if record in ids(before)} == ids(before)


def test_many_new_records_have_the_weights_learnt_anew(tmp_path: Path) -> None:
    one = mesh(tmp_path)
    one.run({"a": people(200), "b": people(20)})
    one.run({"a": people(200), "b": people(150)})
    assert one.made is not None
    assert "all matched anew" in one.made.said


def test_who_is_asked_for_is_told_with_the_evidence(tmp_path: Path) -> None:
    careful = mesh(tmp_path, thresholds=Thresholds(1.0, 0.001))
    asked = careful.run({"a": people(200), "b": people(150)})["review"]
    assert {(row["left_id"], row["right_id"]) for row in asked} >= {(f"{at}", f"{at}") for at in range(150)}
    for row in asked:
        assert row["weight"] == pytest.approx(sum(term["weight"] for term in row["evidence"]))
        assert [term["comparison"] for term in row["evidence"]] == ["(prior)", "last_name", "first_name", "city"]
        assert row["left_person_id"] != row["right_person_id"]


def test_few_records_make_no_weight_of_what_they_happen_not_to_share(tmp_path: Path) -> None:
    names = zip(
        ["ABEL", "BAKER", "CASTRO", "DUNN", "EVERS", "FOX", "GRANT", "HILL"],
        ["ANNA", "BEN", "CARLA", "DAVID", "ELLA", "FRANK", "GINA", "HUGO"],
        strict=True,
    )
    people = [
        {"id": str(at), "last_name": last, "first_name": first, "city": "ALMA"}
        for at, (last, first) in enumerate(names)
    ]
    weights = Mesh(tmp_path, core_of(source("a"), source("b"))).run({"a": people, "b": people})["weights"]
    said = {(one["comparison"], one["level"]): one["weight"] for one in weights}
    assert said["first_name", "the same initial"] < 2
    assert said["last_name", "alike"] < 4
    assert 5 < said["last_name", "the same"] < 14
