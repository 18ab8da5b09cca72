"""Writes the parts of the reference that the program itself knows best: its verbs and options, their JSON, the mesh domain.

`python docs/write_reference.py`, after a verb, an option or a relation changed; a test holds the files against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference"
JSON = "JSON: "

CLI = """\
# The command line

<!-- Written by docs/write_reference.py. -->

    weft VERB [ARGUMENTS] [OPTIONS]

Names are `domain.product.table`, with `@1` where a line is meant. Exit status: 0 done, 1 refused or failed and said why, 2 called wrongly. What
is asked for goes to standard output, all else to standard error. `--json` prints [one object](json.md) and nothing else. `weft --install-completion` teaches
your shell to complete names of products and tables. With `WEFT_DEBUG=1` an error shows its stack.
"""
OBJECTS = """\
# The objects of `--json`

<!-- Written by docs/write_reference.py. -->

`--json` prints one object on standard output and nothing else there. Field names are as below; `[...]` is a list, and what is in quotes alone has the
value that its name says. Fields may be added in a later version, never changed.

A `fault` is `{"severity", "file", "line", "message", "mend"}`. A `check` is `{"line", "check", "kind", "outcome", "severity", "columns", "dimension",
"measured", "threshold", "unit", "rows", "message", "description", "seconds", "snapshot", "run", "at", "consumer"}`; [Checks](quality.md) says what they are.

A verb that fails says `{"error": {"message", "mend", "place": {"file", "line"}}}`; where what is written is wrong, the error has
`"faults": [fault, ...]`.
"""
MESH = """\
# The mesh domain

<!-- Written by docs/write_reference.py. -->

The mesh's own metadata, read with the same SQL as everything else: `weft query "SELECT * FROM mesh.products"`. Times are in UTC; what is not known is
NULL, what is not said is the empty text.
"""

POLICIES = """\
# The standard set of policies

<!-- Written by docs/write_reference.py. -->

[Policies](../how-to/policies.md) that Weft ships. A mesh turns them on by name, with other values where it likes:

```yaml
policies:
  - owner-and-support
  - unused-products: {days: 30, severity: error, grace_until: 2027-03-31}
```

or governance publishes them: `weft policy publish owner-and-support`. `weft policy standard NAME` prints one, to begin another from.
"""

PERMISSIONS = """\
# Who may what

<!-- Written by docs/write_reference.py. -->

One table, for the API, the command line, the portal and the Python client alike; a test calls every route as every role. An action of a domain is for the roles of *that* domain.
`x` may; a token needs the scope, too. [Sign in, and give roles](../how-to/sign-in-and-roles.md) says how one comes by a role. `weft access roles` prints it.
"""


API = """\
# The API

<!-- Written by docs/write_reference.py. -->

What a [server](../how-to/serve.md) answers, in short; its page `/docs` has every field, and `/openapi.json` the description in OpenAPI 3.1. The action is
what [whoever asks must be allowed](permissions.md); `nothing` needs nobody to be signed in, `signed in` no more than that.

- A program brings `Authorization: Bearer TOKEN`; a browser has a session's cookie, and says the session's own token in `X-CSRF-Token` with whatever changes something.
- Errors have one shape: `{"error": {"kind", "what", "where", "mend", "request_id", "faults"}}`, with status 400 (wrongly asked), 401, 403 (refused,
  with whom to ask), 404 (with the closest), 409 (moved since), 413, 422 (off the schema), 429 and 503 (`Retry-After` says when to come again).
- Lists come in parts: `limit` items, and `next`, the `cursor` of the following part; `''` ends it.
- Catalogue answers have an `ETag` of what they say. With `If-None-Match` the same is not sent twice.
"""


def written() -> dict[Path, str]:
    """Each file of the reference that is written here, and what belongs in it."""
    from weft.cli.verbs import GROUPS

    verbs = [(group, verb, command(verb.file)) for group, of in GROUPS.items() for verb in of]
    return {
        FOLDER / "cli.md": CLI + "".join(cli(verbs)),
        FOLDER / "json.md": OBJECTS + "".join(objects(verbs)),
        FOLDER / "mesh.md": MESH + "".join(relations()),
        FOLDER / "permissions.md": PERMISSIONS + "".join(permissions()),
        FOLDER / "api.md": API + "".join(api()),
        FOLDER / "policies.md": POLICIES + "".join(policies()),
    }


def command(file: str) -> Any:
    import typer

    return typer.main.get_command(import_module(file).app)


def each(name: str, found: Any) -> Iterator[tuple[str, Any]]:
    """A verb, and what follows it where it has several forms."""
    for more, form in (getattr(found, "commands", None) or {"": found}).items():
        yield f"{name} {more}".strip(), form


def cli(verbs: list[tuple[str, Any, Any]]) -> Iterator[str]:
    heading = ""
    for group, verb, found in verbs:
        if group != heading:
            heading = group
            yield f"\n## {group}\n"
        for name, form in each(verb.name, found):
            yield f"\n### weft {name}\n\n{told(form)}\n"
            yield from parameters(form)


def told(form: Any) -> str:
    text = (form.help or "").partition(JSON)[0]
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def parameters(form: Any) -> Iterator[str]:
    shown = [
        parameter for parameter in form.params if not getattr(parameter, "hidden", False) and parameter.name != "help"
    ]
    if shown:
        yield "\n| | |\n|---|---|\n"
    for parameter in shown:
        yield f"| {spelled(parameter)} | {said(parameter)} |\n"


def spelled(parameter: Any) -> str:
    value = parameter.metavar or ""
    if parameter.param_type_name == "argument":
        return f"`{value or parameter.name.upper()}`"
    names = ", ".join(f"`{option}`" for option in sorted((*parameter.opts, *parameter.secondary_opts), key=len))
    return f"{names} `{value}`" if value else names


def said(parameter: Any) -> str:
    text = (getattr(parameter, "help", None) or "").strip().replace("|", "\\|")
    default = parameter.default
    plain = isinstance(default, (str, int)) and not isinstance(default, bool) and default not in ("", None)
    return f"{text} Default: `{default}`." if plain else text


def objects(verbs: list[tuple[str, Any, Any]]) -> Iterator[str]:
    for _, verb, found in verbs:
        for name, form in each(verb.name, found):
            text = (form.help or "").partition(JSON)[2].strip()
            if text:
                yield f"\n## weft {name}\n\n```text\n{text}\n```\n"


def relations() -> Iterator[str]:
    from weft.registry.facts.relations import RELATIONS

    for relation in RELATIONS.values():
        yield f"\n## mesh.{relation.name}\n\n{relation.description} Key: {', '.join(f'`{c}`' for c in relation.key)}.\n"
        yield "\n| column | type | |\n|---|---|---|\n"
        for column in relation.columns:
            text = column.description.replace("|", "\\|")
            yield f"| `{column.name}` | {column.type} | {text} |\n"


def permissions() -> Iterator[str]:
    from weft.access.permissions import ANYBODY_ACTIONS, DOMAIN_ACTIONS, MESH_ACTIONS, PERMISSIONS
    from weft.access.roles import DOMAIN_ROLES, MESH_ROLES
    from weft.access.scopes import SCOPES

    yield "\n## Anybody who is signed in\n\n| action | | scope |\n|---|---|---|\n"
    for action in ANYBODY_ACTIONS:
        yield f"| {action} | {PERMISSIONS[action].says} | `{PERMISSIONS[action].scope}` |\n"
    for where, actions, roles in (
        ("In a domain", DOMAIN_ACTIONS, DOMAIN_ROLES),
        ("Of the mesh", MESH_ACTIONS, MESH_ROLES),
    ):
        yield f"\n## {where}\n\n| action | | {' | '.join(roles)} | scope |\n|---|---|{'---|' * len(roles)}---|\n"
        for one in actions:
            marks = " | ".join("x" if role in PERMISSIONS[one].roles else "" for role in roles)
            yield f"| {one} | {PERMISSIONS[one].says} | {marks} | `{PERMISSIONS[one].scope}` |\n"
    yield "\n## Scopes of a token\n\n| scope | |\n|---|---|\n"
    for scope, says in SCOPES.items():
        yield f"| `{scope}` | {says} |\n"


def api() -> Iterator[str]:
    """The operations of the API in short; `/docs` of a server has the whole of it."""
    from weft.server.app import application
    from weft.server.serving import Serving
    from weft.session import Session
    from weft.settings import Settings

    nowhere = Path("/nowhere")
    said = application(Serving(Session(Settings("mesh", nowhere, nowhere, "sqlite:///registry.db", nowhere)))).openapi()
    found: dict[str, list[str]] = {}
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            found.setdefault(tag, []).append(_operation(method, path, operation))
    for tag, rows in found.items():
        yield f"\n## {tag.capitalize()}\n\n| | | takes | answers | action |\n|---|---|---|---|---|\n"
        yield from rows


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    takes = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    content = operation.get("requestBody", {}).get("content", {})
    takes += [_shape(one) or kind for kind, one in content.items()]
    answers = [_shape(one) or kind for kind, one in _good(operation).get("content", {}).items()]
    says = " ".join(operation.get("description", "").split("\n\n")[0].split()).replace("|", "\\|")
    words = (f"`{method.upper()} {path}`", says, _listed(takes), _listed(answers), operation["x-weft-action"])
    return f"| {' | '.join(words)} |\n"


def _good(operation: dict[str, Any]) -> dict[str, Any]:
    return next((one for status, one in sorted(operation["responses"].items()) if status.startswith("2")), {})


def _shape(content: dict[str, Any]) -> str:
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def policies() -> Iterator[str]:
    from weft.session.policies import shipped

    for policy in shipped():
        yield f"\n## {policy.name}\n\n{policy.title}. Severity: {policy.severity}.\n\n{policy.description}\n"
        if policy.parameters:
            yield "\n| parameter | default |\n|---|---|\n"
        for name, value in policy.parameters.items():
            text = str(value).replace("|", "\\|")
            yield f"| `{name}` | {f'`{text}`' if text else ''} |\n"
        query = "\n".join(line for line in policy.text.splitlines() if not line.startswith("--"))
        yield f"\n```sql\n{query}\n```\n"


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text)
