"""What a JSON Schema validator found, in words that say which field of which thing is wrong, and what was likely meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weft.errors import Fault, did_you_mean
from weft.standards.document import Document, Path

_THINGS = {
    "schema": ("table", "name"),
    "properties": ("property", "name"),
    "servers": ("server", "server"),
    "quality": ("rule", "name"),
    "inputPorts": ("input port", "name"),
    "outputPorts": ("output port", "name"),
    "managementPorts": ("management port", "name"),
    "members": ("member", "username"),
    "support": ("channel", "channel"),
    "roles": ("role", "role"),
    "slaProperties": ("service level", "property"),
    "customProperties": ("custom property", "property"),
    "classifications": ("classification", "name"),
    "row_filters": ("row filter", "name"),
}
"""What the entries of a list are, and the field that names each."""

_TYPES = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list", "object": "a mapping", "null": "empty"}  # fmt: skip
_UNKNOWN_FIELDS = ("additionalProperties", "unevaluatedProperties")


def explained(document: Document, errors: Iterable[Any], schema: dict[str, Any]) -> tuple[Fault, ...]:
    """Each error once, in the order of lines; what only follows from another error is left out."""
    found: dict[tuple[object, str], Fault] = {}
    for error in _leaves(errors):
        for path, message, mend in _said(error, document.data, schema):
            fault = Fault(document.place(*path), f"{_subject(document.data, path)}{message}", mend)
            found.setdefault((fault.place, fault.message), fault)
    return tuple(sorted(found.values()))


def _leaves(errors: Iterable[Any]) -> Iterator[Any]:
    """Of a choice between schemas, the errors of the choice that was most likely meant."""
    for error in errors:
        branches = [branch for branch in getattr(error.kind, "context", ()) if branch]
        if not branches or _is_operators(error) or not isinstance(error.instance, (dict, list)):
            yield error
            continue
        here = list(error.instance_path)
        fitting = [b for b in branches if not any(_is_of_another_type(e, here) for e in b)]
        if len(fitting) == 1:
            yield from _leaves(fitting[0])
        else:
            yield error


def _is_of_another_type(error: Any, here: list[str | int]) -> bool:
    return error.kind.name in ("type", "const") and list(error.instance_path) == here


def _is_operators(error: Any) -> bool:
    return bool(error.schema_path) and "DataQualityOperators" in error.schema_path


def _said(error: Any, data: Any, schema: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    kind, path = error.kind, tuple(error.instance_path)
    name = path[-1] if path and isinstance(path[-1], str) else "this"
    value = _at(data, path)
    match kind.name:
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unknown_fields(error, value, schema)
        case "required":
            yield from _missing(kind.property, path, value, data)
        case "enum":
            options = [str(option) for option in kind.options]
            yield path, f"unknown {name} {_shown(value)}", did_you_mean(str(value), options)
        case "type":
            expected = " or ".join(_TYPES[one] for one in kind.types)
            yield path, f"{name} must be {expected}, and is {_described(value)}", _type_mend(kind.types, value)
        case "oneOf" if _is_operators(error):
            yield path, *_operators(value)
        case "not":
            yield path, "a relationship of a property does not say `from`: it is from that property", "Remove `from`."
        case "pattern" if kind.pattern == _VARIABLE:
            # What stands there may be the secret itself, so it is not shown.
            yield path, f"{name} is not {_form(error)}", "Set the variable where Weft runs, and name it here."
        case "pattern":
            yield path, f"{name} {_shown(value)} is not {_form(error)}", ""
        case "propertyNames":
            yield path, f"{name} has a key that is no name: {_inner_words(kind.error)}", ""
        case "oneOf" | "anyOf":
            yield path, f"{name} {_shown(value)} is not what can stand here", _forms(error)
        case "minItems":
            yield path, f"{name} has too few entries", f"Give {kind.limit} or more."
        case "minimum" | "exclusiveMinimum":
            yield path, f"{name} {_shown(value)} is too small", ""
        case _:
            yield path, f"{name}: {error.message}", ""


def _unknown_fields(error: Any, value: Any, schema: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    node = _node(schema, list(error.schema_path)[:-1])
    known = known_fields(node, {**value, "metric": ""} if _is_old_rule(value) else value, schema)
    for field in error.kind.unexpected:
        if field not in known:
            yield (*error.instance_path, field), f"unknown field '{field}'", did_you_mean(field, known)


def _missing(field: str, path: Path, value: Any, data: Any) -> Iterator[tuple[Path, str, str]]:
    if field == "map" and isinstance(value, dict) and "logicalType" not in value:
        # ODCS 3.2's schema asks for `map` wherever there is no logicalType; before, a property could do without.
        if data.get("apiVersion") == "v3.2.0":
            yield path, "there is no logicalType", "Add `logicalType: ...`; ODCS 3.2 needs it."
    elif field != "metric" or not _is_old_rule(value) or data.get("apiVersion") == "v3.2.0":
        yield path, f"there is no {field}", f"Add `{field}: ...`."


def _is_old_rule(value: Any) -> bool:
    """Whether this is a quality rule as ODCS 3.0 had it: `rule` was what `metric` is since."""
    return isinstance(value, dict) and "rule" in value and "metric" not in value


def _operators(value: dict[str, Any]) -> tuple[str, str]:
    said = [key for key in value if key.startswith(("mustBe", "mustNotBe"))]
    if len(said) > 1:
        return f"it says more than one threshold ({', '.join(said)})", "Make it a rule for each."
    if said:
        return (
            f"{said[0]} {_shown(value[said[0]])} is no threshold",
            "Give a number; a list of two for `mustBeBetween`.",
        )
    return "it says no threshold", "Add one, such as `mustBe: 0`."


def _forms(error: Any) -> str:
    forms = dict.fromkeys(_form(one) for branch in error.kind.context for one in branch[:1])
    return f"Write {', or '.join(form for form in forms if form)}." if any(forms) else ""


def _form(error: Any) -> str:
    """What would have been right, as far as one error says it."""
    kind = error.kind
    match kind.name:
        case "type":
            return " or ".join(_TYPES[one] for one in kind.types)
        case "pattern":
            return _pattern(kind.pattern)
        case "const":
            return f"`{kind.expected_value}`"
        case "minimum":
            return f"{kind.limit} or more"
        case "anyOf" | "oneOf":
            return " or ".join(form for branch in kind.context for one in branch[:1] if (form := _form(one)))
        case _:
            return ""


def _inner_words(error: Any) -> str:
    return f"'{error.instance}' is not {_form(error)}"


_VARIABLE = "^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$"
_PATTERNS = {
    "^[a-z][a-z0-9_]*$": "a name of lower-case letters, digits and '_', beginning with a letter",
    "^[0-9]+(\\.[0-9]+)?(s|m|h|d)$": "a time such as `30s`, `15m`, `1h` or `1d`",
    "^[0-9]+(\\.[0-9]+)? ?([KMGT]i?B|%)$": "a size such as `4GB`, or a share such as `75%`",
    "^[A-Za-z0-9_-]+$": "an id: letters, digits, '_' and '-' only",
    "^[A-Za-z_][A-Za-z0-9_\\-]*(\\.[A-Za-z_][A-Za-z0-9_\\-]*)+$": "`table.column`",
    "^sftp://.*": "an address that begins with `sftp://`",
    _VARIABLE: "a variable that holds it, such as `${SLACK_URL}`: it is a secret",
    '^[^\\s@<>,;:"]+@[A-Za-z0-9.-]+$': "a mail address",
    "^[a-z0-9.-]+(:[0-9]+)?$": "a host, such as `chat.example.org`",
}


def _pattern(pattern: str) -> str:
    if "ya?ml#" in pattern:
        return "`schema/<id>/properties/<id>`"
    if "hourly" in pattern:
        return "five fields of cron, such as `0 6 * * *`, or a word such as `@daily`"
    return _PATTERNS.get(pattern, f"of the form {pattern}")


def _type_mend(expected: list[str], value: Any) -> str:
    if "string" in expected and isinstance(value, (int, float)):
        return f"Put it in quotes: '{str(value).lower() if isinstance(value, bool) else value}'."
    if value is None:
        return "Give it a value, or remove the line."
    return "Begin each entry with `- `." if expected == ["array"] else ""


def _described(value: Any) -> str:
    kind = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}.get(
        type(value), "null"
    )
    return (
        _TYPES[kind]
        if kind in ("array", "object", "null")
        else f"{_TYPES[kind]} ({_shown(value)})"
        if kind != "boolean"
        else _shown(value)
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if not isinstance(value, (dict, list)) else _described(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _subject(data: Any, path: Path) -> str:
    """The nearest named thing around a path: `property 'seats': `."""
    for end in range(len(path), 1, -1):
        step, container = path[end - 1], path[end - 2]
        thing = _THINGS.get(str(container))
        if isinstance(step, int) and thing:
            entry = _at(data, path[:end])
            name = entry.get(thing[1]) or entry.get("id") if isinstance(entry, dict) else None
            return f"{thing[0]} '{name}': " if name else f"{thing[0]} {step + 1}: "
    return ""


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _node(schema: Any, path: list[str | int]) -> Any:
    for step in path:
        schema = schema[step]
    return schema


def known_fields(node: Any, value: Any, schema: dict[str, Any]) -> frozenset[str]:
    """The fields that a schema has for a mapping, through references and choices; of conditions, those that hold."""
    found: set[str] = set()
    pending, seen = [node], set()
    while pending:
        one = pending.pop()
        if not isinstance(one, dict) or id(one) in seen:
            continue
        seen.add(id(one))
        found |= set(one.get("properties", ()))
        if reference := one.get("$ref"):
            pending.append(_node(schema, reference.split("/")[1:]))
        for keyword in ("allOf", "oneOf", "anyOf"):
            pending += one.get(keyword, ())
        if "then" in one and _holds(one["if"], value):
            pending.append(one["then"])
    return frozenset(found)


def _holds(condition: dict[str, Any], value: Any) -> bool:
    """Whether a condition of the standards' kind holds: a field is some constant, or is there."""
    if not isinstance(value, dict):
        return False
    if any_of := condition.get("anyOf"):
        return any(_holds(one, value) for one in any_of)
    needed = all(field in value for field in condition.get("required", ()))
    constants = {field: one["const"] for field, one in condition.get("properties", {}).items() if "const" in one}
    return needed and all(field in value and value[field] == constant for field, constant in constants.items())
