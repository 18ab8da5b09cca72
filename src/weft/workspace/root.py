"""Where a mesh begins, and what it is set to: `mesh.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weft.errors import Fault, Faults, Misuse, did_you_mean
from weft.settings import (
    AgreementSettings,
    AuditSettings,
    EngineSettings,
    MailServer,
    Notify,
    QuerySettings,
    ServerSettings,
    Settings,
    SignIn,
    StandardPolicy,
    Webhook,
)
from weft.workspace.cache import keep_settings, kept_settings
from weft.workspace.text import bytes_of, digest_of, text_of

if TYPE_CHECKING:
    from weft.standards.document import Document

MESH_FILE = "mesh.yaml"
_SQLITE = "sqlite:///"
QUERY_LOG_DAYS, UNREAD_DAYS = 90, 30
LISTED = "`weft policy standard` lists them."


def find_root(start: Path) -> Path:
    """The nearest folder upward that has a `mesh.yaml`. Raises: Misuse where there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / MESH_FILE).is_file():
            return folder
    raise Misuse(
        f"there is no {MESH_FILE} in {start} or above it",
        mend="Go into a mesh, name one with `--mesh DIR`, or make one with `weft init`.",
    )


def read_settings(root: Path) -> Settings:
    """What the mesh is set to. Raises: Faults, with all that is wrong in `mesh.yaml`."""
    content = bytes_of(root, MESH_FILE)
    data = kept_settings(root / ".weft", digest_of(content)) or _checked(content, root)
    return Settings(
        name=data["name"],
        root=root,
        domains=(root / data.get("domains", "domains")).resolve(),
        registry=_registry(root, _filled(data.get("registry", f"{_SQLITE}.weft/registry.db"), "registry")),
        store=(root / _filled(data.get("store", ".weft/store"), "store")).resolve(),
        engine=_engine(data.get("engine") or {}),
        retention_days=float(data.get("retention_days", 30)),
        busy_seconds=float(data.get("busy_seconds", 30)),
        expire_days=float((data.get("environments") or {}).get("expire_days", 14)),
        query_log_days=float((data.get("query_log") or {}).get("days", QUERY_LOG_DAYS)),
        unread_days=float(data.get("retire_after_days_unread", UNREAD_DAYS)),
        default_branch=str((data.get("environments") or {}).get("default_branch", "")),
        profiles_each_publish=bool((data.get("profile") or {}).get("each_publish", False)),
        preview_verdicts=int((data.get("previews") or {}).get("verdicts", 1)),
        audit=_audit(data.get("audit") or {}),
        agreements=AgreementSettings(**(data.get("agreements") or {})),
        notify=_notify(data["notify"]) if "notify" in data else None,
        server=_server(root, data["server"]) if "server" in data else ServerSettings(),
        sign_in=_sign_in(data["sign_in"]) if "sign_in" in data else SignIn(),
        policies=tuple(_turned_on(said) for said in data.get("policies") or ()),
    )


def _checked(content: bytes, root: Path) -> dict[str, Any]:
    """The fields of `mesh.yaml`, once nothing is wrong with them; kept, so that an unchanged file is not parsed again."""
    from weft.standards.document import read
    from weft.standards.schemas import faults_of

    document = read(text_of(content, MESH_FILE), MESH_FILE)
    data = document.mapping()
    faults = faults_of(document, "mesh")
    if not faults:
        faults = (*_forgetful(document, data), *_unknown_policies(document, data), *_misplaced(document, data))
    if not faults:
        domains = (root / data.get("domains", "domains")).resolve()
        if not domains.is_relative_to(root.resolve()) or domains == root.resolve():
            message = f"domains '{data['domains']}' is no folder inside the mesh"
            faults = (Fault(document.place("domains"), message, "Name a folder below this file."),)
    if faults:
        raise Faults(faults)
    keep_settings(root / ".weft", digest_of(content), data)
    return data


def _forgetful(document: Document, data: dict[str, Any]) -> tuple[Fault, ...]:
    """A query log that forgets sooner than retiring asks would let a line go that is still read."""
    kept = (data.get("query_log") or {}).get("days", QUERY_LOG_DAYS)
    unread = data.get("retire_after_days_unread", UNREAD_DAYS)
    if not 0 < kept < unread:
        return ()
    place = document.place(*(("query_log", "days") if "query_log" in data else ("retire_after_days_unread",)))
    message = f"retiring asks who read in the last {unread:g} days, and the query log keeps {kept:g}"
    return (
        Fault(place, message, f"Say `query_log: {{days: {unread:g}}}` or more, or a lower `retire_after_days_unread`."),
    )


def _unknown_policies(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    from weft.workspace.policies import standard_names

    known = standard_names() if data.get("policies") else ()
    for at, said in enumerate(data.get("policies") or ()):
        name = _turned_on(said).name
        if name not in known:
            message = f"there is no standard policy '{name}'"
            yield Fault(document.place("policies", at), message, did_you_mean(name, known) or LISTED)


def _misplaced(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    if "sign_in" in data:
        from weft.workspace.sign_in import faults

        yield from faults(document, data)


def _sign_in(said: dict[str, Any]) -> SignIn:
    from weft.workspace.sign_in import sign_in

    return sign_in(said)


def _turned_on(said: str | dict[str, Any]) -> StandardPolicy:
    if isinstance(said, str):
        return StandardPolicy(said)
    ((name, values),) = said.items()
    return StandardPolicy(name, dict(values))


def _filled(text: str, field: str) -> str:
    """Each time anew: what is kept of the file is what it says. Raises: Misuse where a variable is not set."""
    if "$" not in text:
        return text
    from weft.standards.variables import filled, is_misspelled

    if is_misspelled(text):
        raise Misuse(f"{MESH_FILE}: {field}: '{text}' names no variable", mend="Write ${NAME} or ${NAME:-default}.")
    try:
        return filled(text)
    except KeyError as error:
        name = error.args[0]
        mend = f"Set {name}, or give a default: ${{{name}:-...}}."
        raise Misuse(f"{MESH_FILE}: {field}: the environment has no variable {name}", mend=mend) from None


def _registry(root: Path, url: str) -> str:
    """A SQLite path is relative to the file that says it; `sqlite:////absolute.db` stays."""
    if not url.startswith(_SQLITE) or url == _SQLITE:
        return url
    return f"{_SQLITE}{(root / url.removeprefix(_SQLITE)).resolve()}"


def _engine(said: dict[str, Any]) -> EngineSettings:
    threads = said.get("threads", "auto")
    return EngineSettings(said.get("name", "duckdb"), 0 if threads == "auto" else threads, said.get("memory", "75%"))


def _audit(said: dict[str, Any]) -> AuditSettings:
    """The webhook stays as written: its value is a secret."""
    places = {name: _filled(said[name], f"audit.{name}") for name in ("heads", "key") if name in said}
    return AuditSettings(
        **places,
        webhook=said.get("webhook", ""),
        every_seconds=float(said.get("every_seconds", 60)),
    )


def _notify(said: dict[str, Any]) -> Notify:
    webhooks = tuple(Webhook(one["url"], tuple(one.get("events") or ())) for one in said.get("webhooks") or ())
    mail = {"sender" if name == "from" else name: value for name, value in (said.get("mail") or {}).items()}
    return Notify(webhooks, MailServer(**mail) if mail else None, tuple(said.get("hosts") or ()))


def _server(root: Path, said: dict[str, Any]) -> ServerSettings:
    """As written: the environment has its say when a server starts."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    requests: dict[str, Any] = fields.pop("requests", None) or {}
    fields["queries"] = QuerySettings(**(fields.pop("queries", None) or {}))
    files: dict[str, Any] = {
        name: str((root / str(fields[name])).resolve()) for name in ("certificate", "key") if name in fields
    }
    return ServerSettings(**fields | files | {f"{of}_per_minute": float(number) for of, number in requests.items()})
