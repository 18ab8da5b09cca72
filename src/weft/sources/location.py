"""Where a source is: a server of its contract, with variables replaced and paths made whole.

A contract's first server that can be read is the one. `local` is a file, a glob or a folder; a file behind HTTP(S) is an
`api` server (its `location`; the standard lets it say no format, so the option `format` or the URL's ending does) or a
`custom` one (`location` or `endpointUrl`, with format, encoding and delimiter); `postgres` and `postgresql` are a database.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from weft.errors import Place, SourceFault, did_you_mean
from weft.product.contract import Contract, Scalar, Server
from weft.product.mesh import Read
from weft.sources.environment import resolved
from weft.sources.options import Options, options
from weft.standards.variables import VARIABLE

TYPES = ("local", "api", "custom", "postgres", "postgresql")
FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "json": "json",
    "jsonl": "ndjson",
    "ndjson": "ndjson",
    "parquet": "parquet",
}
PACKED = ("gz", "zip", "bz2", "xz")
Kind = Literal["files", "url", "database"]


@dataclass(frozen=True, slots=True)
class Database:
    host: str
    port: int
    name: str
    schema: str


@dataclass(frozen=True, slots=True)
class Location:
    """`target` is an absolute path or pattern, or a URL; `format` is csv, json, ndjson or parquet, and empty for a database."""

    kind: Kind
    target: str
    format: str
    place: Place
    root: str
    """The mesh's root, with a separator at its end."""
    options: Options = field(default_factory=Options)
    database: Database | None = None

    def shown(self, path: str) -> str:
        """A file as people know it: relative to the mesh's root where it lies in it."""
        return path.removeprefix(self.root)


def location(read: Read, root: Path) -> Location:
    """Where the data of a read is. Raises: SourceFault where no server of its contract can be read."""
    top = f"{root.absolute()}{os.sep}"
    servers = readable(read.contract)
    if not servers:
        kinds = ", ".join(server.type for server in read.contract.servers)
        place = Place(read.contract.file)
        raise SourceFault(
            f"none of its servers ({kinds}) can be read", mend=f"Say one of: {', '.join(TYPES)}.", place=place
        )
    server = servers[0]
    place = server.place if server.place.file else Place(read.contract.file)
    said = {name: _resolved(value, place) for name, value in server.fields.items()}
    if server.type.startswith("postgres"):
        return _database(server, said, place, top)
    if server.type == "local" or (server.type == "custom" and said.get("path")):
        return _files(server, said, place, top, (root.absolute() / read.contract.file).parent)
    return _url(server, said, place, top)


def readable(contract: Contract) -> tuple[Server, ...]:
    """Those of a contract's servers that can be read; the first is."""
    return tuple(server for server in contract.servers if server.type in TYPES)


def _files(server: Server, said: dict[str, str], place: Place, root: str, folder: Path) -> Location:
    path = said.get("path", "")
    if not path:
        raise SourceFault(f"server '{server.name}' says no path", place=place)
    format_ = said.get("format") or _ending(path)
    target = os.path.normpath(folder / Path(path).expanduser())
    return Location("files", target, _format(format_, place), place, root, _options(server, said, place, path))


def _url(server: Server, said: dict[str, str], place: Place, root: str) -> Location:
    url = said.get("location") or said.get("endpointUrl") or ""
    if urlsplit(url).scheme not in ("http", "https"):
        raise SourceFault(f"server '{server.name}' names no http or https URL", mend="Say `location`.", place=place)
    chosen = _options(server, said, place, urlsplit(url).path)
    format_ = said.get("format") or chosen.format or _ending(urlsplit(url).path)
    return Location("url", url, _format(format_, place), place, root, chosen)


def _database(server: Server, said: dict[str, str], place: Place, root: str) -> Location:
    missing = [name for name in ("host", "database") if not said.get(name)]
    if missing:
        raise SourceFault(f"server '{server.name}' says no {' and no '.join(missing)}", place=place)
    try:
        port = int(said.get("port") or 5432)
    except ValueError as error:
        raise SourceFault(f"port '{said['port']}' is no number", place=place) from error
    database = Database(said["host"], port, said["database"], said.get("schema") or "public")
    return Location("database", "", "", place, root, _options(server, {}, place, ""), database)


def _options(server: Server, said: dict[str, str], place: Place, path: str) -> Options:
    given: dict[str, Scalar] = {name: _given(name, value, place) for name, value in server.options.items()}
    for name in ("delimiter", "encoding"):
        if said.get(name) and said[name] not in ("new_line", "array"):
            given.setdefault(name, said[name])
    if _ending(path) == "tsv":
        given.setdefault("delimiter", "\t")
    return options(given, place)


def _ending(path: str) -> str:
    """The format that a file's name says, whatever it is packed in; empty where it says none."""
    endings = [ending for ending in path.lower().rsplit("/", 1)[-1].split(".")[1:] if ending not in PACKED]
    return endings[-1] if endings and endings[-1] in FORMATS else ""


def _format(name: str, place: Place) -> str:
    if name.lower() not in FORMATS:
        what = f"there is no format '{name}'" if name else "nothing says what format the data has"
        raise SourceFault(what, mend=did_you_mean(name, FORMATS), place=place)
    return FORMATS[name.lower()]


def _resolved(value: Scalar, place: Place) -> str:
    return resolved("" if value is None else str(value), place)


def _given(name: str, value: Scalar, place: Place) -> Scalar:
    if name == "password" and not VARIABLE.fullmatch(str(value)):
        what = "a password is written in the contract, where all can read it"
        raise SourceFault(what, mend="Say a variable of the environment: ${PGPASSWORD}.", place=place)
    return resolved(value, place) if isinstance(value, str) else value
