"""The registry and the store behind a server, joined to one connection: what a session of a checkout stands on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from weft.errors import Refused, RegistryFault, StoreFault
from weft.names import LineName, ProductName, RunId, domain_of
from weft.product.snapshot import Snapshot, SnapshotFile
from weft.settings import Notify, Settings
from weft.wire import Connection, address, token_of
from weft.wire.connection import Request
from weft.wire.keeping import Keeping

if TYPE_CHECKING:
    from weft.access import Reader
    from weft.plan.plan import Plan
    from weft.query.answer import Answer
    from weft.registry.remote.methods import Shared
    from weft.registry.seam import Registry
    from weft.settings import EngineSettings
    from weft.store.seam import Store

REGISTRY, STORE, QUESTIONS = "/api/v1/registry", "/api/v1/store", "/api/v1/questions"
PACKED = {"Content-Type": "application/msgpack"}
SPEAKS = "X-Weft-Wire"


class Wired:
    """One server, as one caller. Nothing is asked before the first question. Raises: Refused where nobody is logged in there."""

    def __init__(self, server: str, folder: Path, token: str = "") -> None:
        self.server, self._folder, self._given = address(server), folder, token
        self._shared: Shared | None = None

    @cached_property
    def connection(self) -> Connection:
        from weft.registry.remote import WIRE

        said = {SPEAKS: str(WIRE), "User-Agent": f"weft/{version('weft')}"}
        return Connection(self.server, self._token, said)

    @cached_property
    def _token(self) -> str:
        return self._given or token_of(self.server)

    @cached_property
    def _keeping(self) -> Keeping:
        whose = blake2b(self._token.encode(), digest_size=8).hexdigest()
        return Keeping(self.connection, self._folder / "answers", whose)

    def opened(self, settings: Settings, reader: Reader) -> tuple[Settings, Registry]:
        """The registry, and the settings that the whole mesh shares: a checkout's own file says nothing of them.

        Raises: Refused, where the server is of another mesh, or somebody else's eyes are looked through.
        """
        from weft.registry.remote import RemoteRegistry

        self.refuse_onlooker(reader)
        registry = RemoteRegistry(self)
        self._shared = shared = registry.shared()
        if settings.name and shared.name != settings.name:
            mend = f"Say `name: {shared.name}` in mesh.yaml, or name another server."
            raise Refused(
                f"this workspace is of the mesh '{settings.name}', and {self.server} serves '{shared.name}'", mend=mend
            )
        return (
            replace(
                settings,
                retention_days=shared.retention_days,
                expire_days=shared.expire_days,
                query_log_days=shared.query_log_days,
                unread_days=shared.unread_days,
                preview_verdicts=shared.preview_verdicts,
                notify=Notify(),
            ),
            registry,
        )

    def store(self, readers: Callable[[LineName], Iterable[ProductName]]) -> Store:
        from weft.store.remote import RemoteStore

        return RemoteStore(self, self._folder, readers)

    def refuse_onlooker(self, reader: Reader) -> None:
        """Raises: Refused where somebody else's eyes are looked through: at a server one is who one is."""
        if not reader.is_owner:
            what = f"at {self.server} you see what you may, and not what {reader.name} may"
            raise Refused(what, mend="Leave out --as.")

    def refuse_others(self, plan: Plan) -> None:
        """Before anything is built. Raises: Refused, where a plan works on products of domains that are not the caller's."""
        shared = self._shared
        if shared is None:
            return
        others = [work.product for work in plan.work if domain_of(work.product) not in shared.builds]
        if others:
            builds = " and ".join(shared.builds)
            what = f"{shared.who} builds in {builds}, and this plan works on {', '.join(others[:5])}"
            raise Refused(what, mend=f"Say which: --select '{shared.builds[0]}.*'; or be appointed there.")

    def call(self, method: str, body: bytes, *, is_safe: bool) -> bytes:
        """One method of the registry's seam."""
        request = Request("POST", f"{REGISTRY}/{method}", body, PACKED, is_safe)
        return (self._keeping.ask(request) if is_safe else self.connection.ask(request)).body

    def asked(self, question: tuple[str, str], arguments: tuple[object, ...], gives: Any, *, is_safe: bool) -> Any:
        """What a server answers in the place of a workspace, to whoever asks, as they may see it: a question of an environment."""
        name, environment = question
        query = urlencode({"environment": environment})
        body = msgspec.msgpack.encode(arguments)
        request = Request("POST", f"{QUESTIONS}/{quote(name)}?{query}", body, PACKED, is_safe)
        try:
            return msgspec.msgpack.decode(self.connection.ask(request).body, type=gives, dec_hook=_held)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise _skewed(error) from error

    def answered(self, sql: str, environment: str, settings: EngineSettings) -> Answer:
        """An answer to SQL, computed there."""
        from weft.session.answered import answered
        from weft.session.stream import Asking

        return answered(self.connection, Asking(sql, environment=environment), settings)

    def send(self, path: Path, into: tuple[RunId, LineName], said: SnapshotFile) -> SnapshotFile:
        """One file to the store. Where the connection ends, nobody will read what came before."""
        run, line = into
        query = urlencode({"rows": said.rows, "bytes": said.bytes, "digest": said.digest})
        headers = {"Content-Type": "application/vnd.apache.parquet", "Content-Length": str(said.bytes)}
        where = f"{STORE}/runs/{quote(run)}/lines/{quote(line)}?{query}"
        with path.open("rb") as file:
            answered = self.connection.ask(Request("PUT", where, file, headers))
        found: SnapshotFile = _understood(answered.body, SnapshotFile)
        return found

    def fetch(self, snapshot: Snapshot, number: int, readers: Collection[ProductName], path: Path) -> None:
        query = urlencode([("reader", name) for name in sorted(readers)])
        where = f"{STORE}/snapshots/{quote(snapshot.id)}/files/{number}?{query}"
        with path.open("xb") as file:
            try:
                self.connection.fetch(Request("GET", where, is_safe=True), file.write)
            except Refused as refused:
                raise Refused(
                    f"{snapshot.line} is not for this checkout: {refused.message}", mend=refused.mend
                ) from None
            except OSError as error:
                raise StoreFault(f"{path} cannot be written: {error.strerror}") from error

    def broken(self, snapshot: Snapshot) -> tuple[str, ...]:
        where = f"{STORE}/snapshots/{quote(snapshot.id)}/broken"
        found: tuple[str, ...] = _understood(
            self.connection.ask(Request("GET", where, is_safe=True)).body, tuple[str, ...]
        )
        return found

    def close(self) -> None:
        if "connection" in self.__dict__:
            self.connection.close()


def _understood(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise _skewed(error) from error


def _skewed(error: Exception) -> RegistryFault:
    mend = "See that this Weft and the server's are of one version."
    return RegistryFault(f"the server's answer is not understood: {error}", mend=mend)


def _held(kind: type, value: Any) -> Any:
    """Values of other types than travel by themselves."""
    if kind is Path:
        return Path(value)
    raise NotImplementedError(kind.__name__)
