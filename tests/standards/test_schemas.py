"""Documents that use every field come back whole; our ODPS schema accepts what the published one does; faults name what was meant."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import jsonschema_rs
import pytest

from weft.product.from_odcs import contract_from
from weft.standards.document import read
from weft.standards.schemas import KINDS, Kind, faults_of, schema
from weft.standards.writing import edited, written

Everything = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def carried(package: str, name: str) -> str:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / name).read_text("utf-8")


PUBLISHED_ODPS = json.loads(carried("dataproduct", "schemas/odps-1.1.0.schema.json"))


@pytest.mark.parametrize("kind", ["odcs", "odps"])
def test_documents_that_use_every_field_come_back_whole_and_in_order(kind: Kind, every_field: Everything) -> None:
    for made in every_field(schema(kind)):
        text = written(made)
        document = read(text, "f")
        assert document.data == made
        assert json.dumps(document.data) == json.dumps(made)
        assert faults_of(document, kind) == ()
        assert edited(text, []) == text


def bare(node: Any) -> Any:
    """A schema without the words that it says to people, whatever its definitions are called."""
    if isinstance(node, dict):
        words = ("description", "examples", "title", "default", "$schema")
        kept = {
            key: bare(part) for key, part in node.items() if key not in words or not isinstance(part, (str, list, bool))
        }
        return {**kept, "required": sorted(kept["required"])} if isinstance(kept.get("required"), list) else kept
    return sorted(map(bare, node)) if isinstance(node, list) and all(isinstance(part, str) for part in node) else node


def inlined(schema: dict[str, Any], node: Any, seen: tuple[str, ...] = ()) -> Any:
    if isinstance(node, dict) and "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return name if name in seen else inlined(schema, schema["$defs"][name], (*seen, name))
    if isinstance(node, dict):
        return {key: inlined(schema, part, seen) for key, part in node.items() if key != "$defs"}
    return node


def test_our_schema_of_odps_is_the_published_one_property_by_property() -> None:
    ours, published = bare(schema("odps")), bare(PUBLISHED_ODPS)
    assert inlined(ours, ours) == inlined(published, published)


def test_our_schema_of_odps_says_it_in_words_of_its_own() -> None:
    def words(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["description"]} if isinstance(node.get("description"), str) else set()
            return own | {word for part in node.values() for word in words(part)}
        return {word for part in node for word in words(part)} if isinstance(node, list) else set()

    assert not words(schema("odps")) & words(PUBLISHED_ODPS)


def test_both_schemas_of_odps_accept_and_refuse_the_same(making: Any) -> None:
    ours, published = jsonschema_rs.validator_for(schema("odps")), jsonschema_rs.validator_for(PUBLISHED_ODPS)
    chance = random.Random(1)
    answers = set()
    for seed in range(60):
        made = making(PUBLISHED_ODPS, seed).document()
        assert ours.is_valid(made)
        spoiled = _spoiled(made, chance)
        answers.add(ours.is_valid(spoiled))
        assert ours.is_valid(spoiled) == published.is_valid(spoiled)
    assert answers == {True, False}


def _spoiled(data: Any, chance: random.Random) -> Any:
    """One thing changed somewhere: a field removed, added, or of another type."""
    if isinstance(data, dict) and data:
        key = chance.choice(list(data))
        match chance.randint(0, 5):
            case 0:
                return {name: value for name, value in data.items() if name != key}
            case 1:
                return {**data, "added": 1}
            case 2:
                return {**data, key: chance.choice([1, None, "text", [], {}])}
        return {**data, key: _spoiled(data[key], chance)}
    return [_spoiled(data[0], chance), *data[1:]] if isinstance(data, list) and data else data


def test_the_published_example_of_odps_comes_back_and_has_no_faults() -> None:
    text = carried("dataproduct", "schemas/odps-1.1.0.init.yaml")
    document = read(text, "f")
    assert faults_of(document, "odps") == ()
    assert edited(text, []) == text
    assert read(written(document.data), "f").data == document.data


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one(kind: Kind) -> None:
    assert jsonschema_rs.meta.is_valid(schema(kind))


CONTRACT = "apiVersion: v3.2.0\nkind: DataContract\nid: c\nversion: 1.0.0\n"
FAULTS: list[tuple[Kind, str, list[str]]] = [
    ("odcs", "apiVersion: v3.2.0\nkind: DataContract\nid: c\n", ["f:1: there is no version. Add `version: ...`."]),
    ("odcs", f"{CONTRACT}verion: 1\n", ["f:5: unknown field 'verion'. Did you mean 'version'?"]),
    ("odcs", f"{CONTRACT}tags: a\n", ["f:5: tags must be a list, and is a text ('a'). Begin each entry with `- `."]),
    ("odcs", f"{CONTRACT}name: yes\nstatus: true\n", ["f:6: status must be a text, and is true. Put it in quotes: 'true'."]),
    ("odcs", f"{CONTRACT}name:\n", ["f:5: name must be a text, and is empty. Give it a value, or remove the line."]),
    ("odcs", f"{CONTRACT}servers: [{{server: s, type: local, path: p}}]\n", ["f:5: server 's': there is no format. Add `format: ...`."]),
    ("odcs", f"{CONTRACT}servers: [{{server: s, type: local, path: p, format: csv, host: h}}]\n", ["f:5: server 's': unknown field 'host'. There is: customProperties, description, encoding, environment, format, id, path, roles, server, type."]),
    ("odcs", f"{CONTRACT}servers: [{{server: s, type: postgre, host: h}}]\n", ["f:5: server 's': unknown field 'host'. There is: customProperties, description, environment, id, roles, server, type.", "f:5: server 's': unknown type 'postgre'. Did you mean 'postgres'?"]),
    ("odcs", f"{CONTRACT}team:\n  members:\n    - usrname: a\n", ["f:7: member 1: there is no username. Add `username: ...`.", "f:7: member 1: unknown field 'usrname'. Did you mean 'username'?"]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    quality:\n      - {{metric: rowCount, mustBe: 1, mustNotBe: 2}}\n", ["f:8: rule 1: it says more than one threshold (mustBe, mustNotBe). Make it a rule for each."]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    quality:\n      - {{metric: rowCount}}\n", ["f:8: rule 1: it says no threshold. Add one, such as `mustBe: 0`."]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    quality:\n      - {{metric: rowcount, mustBe: 1}}\n", ["f:8: rule 1: unknown metric 'rowcount'. Did you mean 'rowCount'?"]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    properties:\n      - name: c\n        logicalType: date\n        relationships:\n          - {{to: t}}\n", ["f:11: property 'c': to 't' is not what can stand here. Write `table.column` or `schema/<id>/properties/<id>`, or a list."]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    properties:\n      - name: c\n        logicalType: date\n        relationships:\n          - {{to: a.b, from: t.c}}\n", ["f:11: property 'c': a relationship of a property does not say `from`: it is from that property. Remove `from`."]),
    ("odcs", f"{CONTRACT}schema:\n  - name: t\n    properties:\n      - name: c\n        logicalType: string\n        logicalTypeOptions: {{minimum: 1}}\n", ["f:10: property 'c': unknown field 'minimum'. There is: format, maxLength, minLength, pattern."]),
    ("mesh", "name: Big Mesh\n", ["f:1: name 'Big Mesh' is not a name of lower-case letters, digits and '_', beginning with a letter."]),
    ("mesh", "name: m\nengine: {memory: lots, threads: 0}\n", ["f:2: memory 'lots' is not a size such as `4GB`, or a share such as `75%`", "f:2: threads 0 is not what can stand here. Write `auto`, or 1 or more."]),
    ("domain", "name: d\nterms: {a: 1}\n", ["f:2: a must be a text, and is a whole number (1). Put it in quotes: '1'."]),
    ("build", "schedule: daily\n", ["f:1: schedule 'daily' is not five fields of cron, such as `0 6 * * *`, or a word such as `@daily`"]),
    ("build", "materialization: {a: {partition: [b]}}\n", ["f:1: there is no replace. Add `replace: ...`.", "f:1: unknown field 'partition'. There is: replace."]),
    ("tests", "- {name: a, given: {t: [{x: 1}]}, expct: []}\n", ["f:1: there is no expect. Add `expect: ...`.", "f:1: unknown field 'expct'. Did you mean 'expect'?"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "faults"), FAULTS, ids=[faults[-1] for *_, faults in FAULTS])
def test_what_is_off_the_schema_is_said_with_what_was_meant(kind: Kind, text: str, faults: list[str]) -> None:
    assert [str(fault) for fault in faults_of(read(text, "f"), kind)] == faults


def _named(data: Any, counter: Iterator[int]) -> Any:
    """The same with names by the rule, so that reading goes on past them."""
    if isinstance(data, dict):
        fields = {key: _named(value, counter) for key, value in data.items()}
        return fields | ({"name": f"n{next(counter)}"} if isinstance(data.get("name"), str) else {})
    return [_named(one, counter) for one in data] if isinstance(data, list) else data


def test_every_contract_that_keeps_to_the_schema_is_read_with_types_that_duckdb_has(making: Any) -> None:
    known = set()
    for seed in range(40):
        made = _named(making(schema("odcs"), seed).document(), count())
        contract, faults = contract_from(read(written(made | {"apiVersion": "v3.2.0", "version": "1.0.0"}), "f"))
        assert contract is not None
        assert all(fault.place.line for fault in faults)
        known |= {column.type for table in contract.tables for column in table.columns}
    assert len(known) > 10
    with duckdb.connect() as connection:
        for one in known:
            assert str(connection.sql(f"SELECT NULL::{one}").types[0]) == one
