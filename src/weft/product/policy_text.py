"""The text of a policy: a header in its leading comments, and a query.

-- title: Every product names its people
-- severity: error
-- scope: *, !sandbox
-- owner: governance@example.org
--
-- Why it is asked for, in as many words as it takes.
SELECT product AS subject, ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from weft.errors import Fault, Place, did_you_mean
from weft.product.contract import Scalar
from weft.product.policy import EVERYTHING, Policy

NAME = re.compile(r"[a-z][a-z0-9_-]*")
KEYS = ("title", "severity", "scope", "grace_until", "owner", "parameters")
NEEDED = ("title", "owner")
SEVERITIES = ("error", "warning", "info")
FORM = "A policy begins with comments: `-- title: ...`, `-- owner: ...`; then `severity`, `scope`, `grace_until`, `parameters`."

_FIELD = re.compile(r"--[ \t]?([A-Za-z_][\w-]*):(.*)")
_MORE = re.compile(r"--[ \t]{2,}(\S.*)")
_INTEGER, _NUMBER = re.compile(r"-?[0-9]{1,18}"), re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""One that stands in no quotes."""
_PARAMETER = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*(.+)")


@dataclass(slots=True)
class Header:
    """What a header says: each field's text and its line from 1. `length` is how many lines it takes."""

    fields: dict[str, tuple[str, int]] = field(default_factory=dict)
    description: str = ""
    length: int = 0
    faults: list[Fault] = field(default_factory=list)

    def text(self, key: str) -> str:
        return self.fields.get(key, ("", 1))[0]

    def line(self, key: str) -> int:
        return self.fields.get(key, ("", 1))[1]


def policy_from(name: str, text: str, file: str, version: int = 0) -> tuple[Policy | None, tuple[Fault, ...]]:
    """The policy of a text, and all that is wrong with its header; None where there is no policy in it."""
    header = _header(text, file)
    faults = header.faults
    if not NAME.fullmatch(name):
        mend = "Lower-case letters, digits, '-' and '_' only, beginning with a letter."
        faults.append(Fault(Place(file), f"'{name}' is no name of a policy", mend))
    faults += (
        Fault(Place(file, 1), f"the policy says no {key}", FORM) for key in NEEDED if not header.text(key).strip()
    )
    values = _values(header, file, faults)
    if faults:
        return None, tuple(faults)
    said = {"title": header.text("title"), "owner": header.text("owner"), "description": header.description}
    return Policy(name=name, text=text, version=version, place=Place(file, 1), **said, **values), ()  # type: ignore[arg-type]


def with_header(text: str, values: Mapping[str, Scalar], file: str) -> tuple[str, tuple[Fault, ...]]:
    """The text with other values in its header; a name that is no key is a parameter that it has, or a fault."""
    header = _header(text, file)
    parameters = _parameters(header.text("parameters"))
    own = {key: value for key, value in values.items() if key not in KEYS}
    if unknown := sorted(own.keys() - parameters.keys()):
        known = [*parameters, *KEYS[1:-1]]
        return text, (
            Fault(Place(file), f"the policy has no parameter '{unknown[0]}'", did_you_mean(unknown[0], known)),
        )
    said = {key: spelled(value) for key, value in values.items() if key in KEYS}
    if own:
        said["parameters"] = ", ".join(f"{name} = {_quoted(value)}" for name, value in (parameters | own).items())
    lines = text.splitlines(keepends=True)
    for key, value in said.items():
        lines = _replaced(lines, key, value)
    return "".join(lines), ()


def spelled(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(value: Scalar) -> str:
    return f'"{value}"' if isinstance(value, str) else spelled(value)


def _header(text: str, file: str) -> Header:
    """The first lines that are comments; up to an empty one they are fields."""
    found = Header()
    comments = list(_comments(text))
    found.length = len(comments)
    last = ""
    for number, line in enumerate(comments, 1):
        if not line.removeprefix("--").strip():
            told = (comment.removeprefix("--").strip() for comment in comments[number:])
            found.description = " ".join(" ".join(told).split())
            return found
        if said := _FIELD.fullmatch(line):
            last = said[1]
            _keep(found, last, (said[2].strip(), number), file)
        elif last and (more := _MORE.fullmatch(line)):
            before, at = found.fields[last]
            found.fields[last] = (f"{before} {more[1].strip()}", at)
        else:
            mend = "Write `-- key: value`, or an empty `--` before what is only told."
            found.faults.append(Fault(Place(file, number), "this line of the header says no field", mend))
    return found


def _keep(header: Header, key: str, said: tuple[str, int], file: str) -> None:
    if key not in KEYS:
        message = f"the header of a policy has no '{key}'"
        header.faults.append(Fault(Place(file, said[1]), message, did_you_mean(key, KEYS)))
    elif key in header.fields:
        header.faults.append(Fault(Place(file, said[1]), f"'{key}' is said twice", "Keep one."))
    header.fields.setdefault(key, said)


def _comments(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.startswith("--"):
            return
        yield line.rstrip()


def _values(header: Header, file: str, faults: list[Fault]) -> dict[str, object]:
    found: dict[str, object] = {}
    if severity := header.text("severity"):
        found["severity"] = severity
        if severity not in SEVERITIES:
            place = Place(file, header.line("severity"))
            faults.append(Fault(place, f"'{severity}' is no severity", did_you_mean(severity, SEVERITIES)))
    if scope := _listed(header.text("scope")):
        found["scope"] = tuple(scope) or EVERYTHING
    if until := header.text("grace_until"):
        try:
            found["grace_until"] = date.fromisoformat(until)
        except ValueError:
            place = Place(file, header.line("grace_until"))
            faults.append(Fault(place, f"'{until}' is no day", "Write it as 2027-03-31."))
    if said := header.text("parameters"):
        found["parameters"] = _parameters(said)
        faults += _faults_of_parameters(said, Place(file, header.line("parameters")))
    return found


def _parameters(text: str) -> dict[str, Scalar]:
    matches = (_PARAMETER.fullmatch(part) for part in _listed(text))
    return {match[1]: value_of(match[2]) for match in matches if match}


def _faults_of_parameters(text: str, place: Place) -> Iterator[Fault]:
    for part in _listed(text):
        if not _PARAMETER.fullmatch(part):
            yield Fault(place, f"'{part}' is no parameter", "Write it as `days = 90`.")


def value_of(text: str) -> Scalar:
    """`90` as an integer, `0.5` as a number, `true` as a boolean, anything else as text."""
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text.strip("'\"")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in _COMMA.split(text) if part.strip()]


def _replaced(lines: list[str], key: str, value: str) -> list[str]:
    """One field said anew where it stands, else after the first line."""
    at = next((n for n, line in enumerate(lines) if (f := _FIELD.fullmatch(line.rstrip())) and f[1] == key), None)
    said = f"-- {key}: {value}\n"
    if at is None:
        return [*lines[:1], said, *lines[1:]]
    end = at + 1
    while end < len(lines) and _MORE.fullmatch(lines[end].rstrip()):
        end += 1
    return [*lines[:at], said, *lines[end:]]
