"""What comes from outside is data: whatever it holds, and however much of it there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.core_data.making_core import Mesh, core_of, decided, groups, reader, source

from weft.errors import TransformFault
from weft.product.core_data import BlockPart, Comparison, CoreField, CoreRule, CoreSource

NASTY = "x'); DROP TABLE record; --"


def test_sql_in_keys_and_values_is_text(tmp_path: Path) -> None:
    one = Mesh(tmp_path, core_of(source("a"), source("b")))
    one.decide(decided("same", f"a:{NASTY}", 'b:"|'))
    made = one.run({"a": [{"id": NASTY, "last_name": NASTY, "npi": "1"}], "b": [{"id": '"|', "city": "'"}]})
    assert groups(made) == {frozenset({f"a:{NASTY}", 'b:"|'})}


def test_fields_may_be_called_as_sql_words_are(tmp_path: Path) -> None:
    names = ("select", "order", "at", "from", "src")
    core = core_of(
        source("a", fields=names),
        source("b", fields=names),
        fields=tuple(CoreField(name, "text") for name in names),
        rules=(CoreRule("order", "same", ("order",)),),
        comparisons=tuple(Comparison(name, "text", (name,), by_frequency=True) for name in names),
        blocking=((BlockPart("select"),), (BlockPart("at", 1, 2),)),
    )
    rows = [
        {"id": f"{at}", "select": f"value {at % 7}", "order": f"{at}", "at": "x", "from": "y", "src": "z"}
        for at in range(20)
    ]
    made = Mesh(tmp_path, core).run({"a": rows, "b": rows})
    assert len(groups(made)) == 20


def test_a_block_that_compares_too_many_is_refused_before_it_is_made(tmp_path: Path) -> None:
    core = core_of(source("a"), rules=(), blocking=((BlockPart("city"),),))
    rows = [{"id": f"{at}", "city": "Salem"} for at in range(20_000)]
    with pytest.raises(
        TransformFault,
        match=r"block \[city\] of 'person' would compare 199,990,000 pairs of records, 20,000 records share",
    ):
        Mesh(tmp_path, core).run({"a": rows})


def test_a_rule_that_ties_too_many_is_refused_before_it_is_made(tmp_path: Path) -> None:
    rows = [{"id": f"{at}", "last_name": f"name {at}", "npi": "1234567893"} for at in range(5_000)]
    with pytest.raises(
        TransformFault,
        match=r"rule 'same npi' of 'person' would compare 12,497,500 pairs .* 5,000 records share .* at most 10,000,000 are",
    ):
        Mesh(tmp_path, core_of(source("a"))).run({"a": rows})


def test_two_lists_that_have_nobody_in_common_stay_two(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    ours = [
        {
            "id": f"{at}",
            "last_name": f"a{letters[at % 26] * 5}{letters[at // 26]}",
            "first_name": "ada",
            "city": "Salem",
        }
        for at in range(100)
    ]
    theirs = [
        {
            "id": f"{at}",
            "last_name": f"{letters[25 - at % 26] * 6}q{letters[at // 26]}",
            "first_name": "bo",
            "city": "Austin",
        }
        for at in range(100)
    ]
    made = Mesh(tmp_path, core_of(source("a"), source("b"), rules=())).run({"a": ours, "b": theirs})
    assert len(groups(made)) == 200


def test_stewards_who_contradict_each_other_are_told(tmp_path: Path) -> None:
    one = Mesh(tmp_path, core_of(source("a"), source("b")))
    one.decide(decided("same", "a:1", "b:x"), decided("same", "a:2", "b:x"), decided("different", "a:1", "a:2"))
    with pytest.raises(TransformFault, match="stewards hold a:1 and a:2 apart, and by other lines the same"):
        one.run({"a": [{"id": "1"}, {"id": "2"}], "b": [{"id": "x"}]})


def test_a_decision_about_a_record_that_is_not_there_is_told_and_waits(tmp_path: Path) -> None:
    one = Mesh(tmp_path, core_of(source("a"), source("b")))
    one.decide(decided("same", "a:1", "b:gone"))
    one.run({"a": [{"id": "1"}]})
    assert one.made is not None
    assert "1 decision speaks of records that are not there" in one.made.said


def test_a_key_of_several_columns_is_one_text(tmp_path: Path) -> None:
    both = CoreSource("a", ("id", "city"), {"city": "city"})
    made = Mesh(tmp_path, core_of(both)).run({"a": [{"id": "1", "city": "Salem"}, {"id": "1", "city": "Austin"}]})
    assert [row["source_id"] for row in made["crosswalk"]] == ["1|Austin", "1|Salem"]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    one = Mesh(tmp_path, core_of(source("a")))
    asked = replace(one.core, sources=(source("a", fields=("last_name",)),))
    request = replace(one.request({}), sources={"a": reader(asked.sources[0], [])})
    from weft.core_data import make

    with pytest.raises(TransformFault, match="source 'a' has no column 'city'"):
        make(request)


def test_a_measure_of_every_kind_is_weighed(tmp_path: Path) -> None:
    fields = (*(CoreField(name, "text") for name in ("a", "b", "c", "d", "e", "f")), CoreField("born", "date"))
    measures = (
        Comparison("exact", "exact", ("a",)),
        Comparison("text", "text", ("b",), by_frequency=True),
        Comparison("prefix", "prefix", ("c",)),
        Comparison("initial", "initial", ("d",)),
        Comparison("identifier", "identifier", ("e",), alternatives=("f",)),
        Comparison("born", "date", ("born",)),
        Comparison("place", "place", ("a", "b", "c", "d")),
        Comparison("given", "given_name", ("f",), exchanged_with="e", by_frequency=True),
    )
    names = tuple(field.name for field in fields)
    core = core_of(
        source("x", fields=names),
        source("y", fields=names),
        fields=fields,
        rules=(),
        comparisons=measures,
        blocking=((BlockPart("a"),),),
    )
    rows = [
        {"id": f"{at}", **{name: f"{name}{at}" for name in "abcdef"}, "born": f"1980-01-{1 + at % 28:02}"}
        for at in range(60)
    ]
    made = Mesh(tmp_path, core).run({"x": rows, "y": rows})
    assert len(groups(made)) == 60
    assert {row["comparison"] for row in made["weights"]} >= {one.name for one in measures}
