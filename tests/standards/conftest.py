"""Documents made from a JSON Schema: any that it accepts, every field of it in one of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import jsonschema_rs
import pytest

DEEPEST = 7
TEXTS = ["a text", "no", "1.0.0", "2024-01-01", "a: b # c", "two\nlines\n", "über", "0x10", "'"]
PATTERNS = {"sftp": "sftp://host/path", "ya?ml": "schema/a_b/properties/c-d", r"\.": "orders.id"}

VALIDATORS: dict[str, dict[str, Any]] = {}
"""By schema and part of it: compiling one takes longer than using it a thousand times."""


class Making:
    """Values that a schema accepts, at random: built by its properties, and tried again where its choices exclude each other."""

    def __init__(self, schema: dict[str, Any], seed: int) -> None:
        self.schema, self.random = schema, random.Random(seed)
        self.validators = VALIDATORS.setdefault(json.dumps(schema), {})

    def document(self) -> dict[str, Any]:
        made: dict[str, Any] = self.value({key: part for key, part in self.schema.items() if key != "$defs"}, 0)
        return made

    def value(self, node: dict[str, Any], depth: int) -> Any:
        for _ in range(300):
            made = self.attempt(node, depth)
            if self.accepts(node, made):
                return made
        raise AssertionError(f"nothing was found that this accepts: {json.dumps(node)[:300]}")

    def accepts(self, node: dict[str, Any], made: Any) -> bool:
        key = json.dumps(node, sort_keys=True)
        if key not in self.validators:
            self.validators[key] = jsonschema_rs.validator_for({**node, "$defs": self.schema["$defs"]})
        return bool(self.validators[key].is_valid(made))

    def attempt(self, node: dict[str, Any], depth: int) -> Any:
        parts = list(self.parts(node))
        said = {
            key: part[key]
            for part in parts
            for key in ("type", "enum", "const", "pattern", "format", "minimum", "minItems")
            if key in part
        }
        if "const" in said:
            return said["const"]
        if "enum" in said:
            return self.random.choice(said["enum"])
        kind = said.get("type", "object" if any("properties" in part for part in parts) else "string")
        match self.random.choice(kind) if isinstance(kind, list) else kind:
            case "object":
                return self.mapping(parts, depth)
            case "array":
                items = next((part["items"] for part in parts if "items" in part), {"type": "string"})
                return [
                    self.value(items, depth + 1)
                    for _ in range(self.random.randint(1, 2) if depth < DEEPEST else said.get("minItems", 0))
                ]
            case "boolean":
                return self.random.choice([True, False])
            case "integer":
                return self.random.randint(1, 9)
            case "number":
                return self.random.choice([1, 2.5, 1e20])
            case "null":
                return None
        return self.text(said)

    def text(self, said: dict[str, Any]) -> str:
        if "pattern" in said:
            return next((text for mark, text in PATTERNS.items() if mark in said["pattern"]), "an_id-1")
        return {"uri": "https://example.com", "date": "2024-01-01", "date-time": "2024-01-01T00:00:00Z"}.get(
            said.get("format", ""), self.random.choice(TEXTS)
        )

    def parts(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """A schema and all it is made of; of a choice, one."""
        yield node
        if "$ref" in node:
            yield from self.parts(self.schema["$defs"] if node["$ref"] == "#/$defs" else self.referred(node["$ref"]))
        for part in node.get("allOf", ()):
            yield from self.parts(part)
        for keyword in ("oneOf", "anyOf"):
            if keyword in node:
                yield from self.parts(self.random.choice(node[keyword]))

    def referred(self, reference: str) -> dict[str, Any]:
        found = self.schema
        for step in reference.split("/")[1:]:
            found = found[step]
        return found

    def mapping(self, parts: list[dict[str, Any]], depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for deciding in ("type", "logicalType"):
            options = [
                part["properties"][deciding]["enum"]
                for part in parts
                if "enum" in part.get("properties", {}).get(deciding, {})
            ]
            if options:
                made[deciding] = self.random.choice(options[0])
        for part in [part for part in parts if "then" in part]:
            if jsonschema_rs.is_valid(part["if"], made):
                parts = [*parts, *self.parts(part["then"])]
        fields: dict[str, list[dict[str, Any]]] = {}
        for part in parts:
            for name, inner in part.get("properties", {}).items():
                fields.setdefault(name, []).append(inner)
        excluded = {name for part in parts for name in part.get("not", {}).get("required", ())}
        required = {name for part in parts for name in part.get("required", ())}
        for name in [name for name in fields if name not in excluded and name not in made]:
            if name in required or (depth < DEEPEST and self.random.random() < (0.8, 0.2)[depth > 4]):
                made[name] = self.value({"allOf": fields[name]}, depth + 1)
        return made


class EveryField:
    """Documents of a schema, as many as it takes until each of its fields is in one."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    @cached_property
    def fields(self) -> set[str]:
        found: set[str] = set()
        pending: list[Any] = [self.schema]
        while pending:
            one = pending.pop()
            if isinstance(one, dict):
                found |= (
                    set(one["properties"]) if isinstance(one.get("properties"), dict) and "if" not in one else set()
                )
                pending += [part for key, part in one.items() if key != "if"]
            elif isinstance(one, list):
                pending += one
        return found

    def documents(self) -> Iterator[dict[str, Any]]:
        missing = self.fields
        for seed in range(400):
            if not missing:
                return
            made = Making(self.schema, seed).document()
            fresh = missing & _keys(made)
            missing -= fresh
            if fresh:
                yield made
        raise AssertionError(f"no document came to have {sorted(missing)}")


def _keys(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for inner in data.values() for key in _keys(inner)}
    return {key for inner in data for key in _keys(inner)} if isinstance(data, list) else set()


@pytest.fixture
def every_field() -> Callable[[dict[str, Any]], Iterator[dict[str, Any]]]:
    """Documents of a schema that together use every field of it."""
    return lambda schema: EveryField(schema).documents()


@pytest.fixture
def making() -> type[Making]:
    return Making
