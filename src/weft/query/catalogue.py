"""Everything that has a name in a mesh, as one Arrow table of texts: what a search looks through.

One row for each domain, product, table and column (of the newest line of a table), with what people call it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from weft.query.esteem import Standings, standings
from weft.query.facts import among, rows_of
from weft.query.library import Library

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("domain", "product", "table", "column")
FIELDS = ("title", "tags", "path", "columns", "people", "description")
"""What is looked through besides the name itself, as a match is called; `path` is the names around it, `columns` are a table's own."""


def catalogue(library: Library) -> pa.Table:
    """Keyed by `name`, texts as written; `text` is all of them in one, lower-cased. `standing` ranks what is found alike."""
    import pyarrow as pa

    journal, environment = library.registry.journal, library.environment
    domains, products, tables, columns, members = (
        journal.facts(name, environment) for name in ("domains", "products", "tables", "columns", "team_members")
    )
    tables = tables.filter(tables.column("is_newest"))
    columns = among(columns, "line_name", tables.column("line_name").to_pylist())
    stand, answering = standings(library), _people(members, "domain")
    own = _owners(products, _people(members, "product"), answering)
    return pa.concat_tables(
        (
            _domains(domains, answering, stand),
            _products(products, own, stand),
            _tables(tables, _names_of(columns), own, stand),
            _columns(columns, stand),
        )
    )


def _owners(products: pa.Table, own: dict[str, str], answering: dict[str, str]) -> dict[str, str]:
    """Of each product its own people, and those of its domain."""
    pairs = rows_of(products, "product", "domain")
    return {product: f"{own.get(product, '')} {answering.get(domain, '')}".strip() for product, domain in pairs}


def _names_of(columns: pa.Table) -> dict[str, list[str]]:
    """The columns of each line."""
    found: dict[str, list[str]] = {}
    for line, name in rows_of(columns, "line_name", "column_name"):
        found.setdefault(line, []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a kind says in its fields; what it does not say is None. `columns` are a list for each entry."""

    title: Any = None
    description: Any = None
    tags: Any = None
    people: list[str] | None = None
    columns: list[list[str]] | None = None


def _domains(found: pa.Table, people: dict[str, str], stand: Standings) -> pa.Table:
    names = found.column("domain").to_pylist()
    said = _Texts(description=found.column("description"), people=_joined(found, names, people))
    return _entries("domain", (found.column("domain"),) * 2, said, [stand.of_whole(name) for name in names])


def _products(found: pa.Table, people: dict[str, str], stand: Standings) -> pa.Table:
    import pyarrow.compute as pc

    texts = (found.column(name) for name in ("purpose", "usage", "limitations"))
    description = pc.binary_join_element_wise(*texts, " ")
    names = found.column("product").to_pylist()
    said = _Texts(found.column("title"), description, found.column("tags"), _joined(found, names, people))
    called = (found.column("product"), found.column("name"))
    return _entries("product", called, said, [stand.of_whole(name) for name in names])


def _tables(found: pa.Table, columns: dict[str, list[str]], people: dict[str, str], stand: Standings) -> pa.Table:
    import pyarrow.compute as pc

    name = pc.binary_join_element_wise(found.column("product"), found.column("table_name"), ".")
    description = pc.binary_join_element_wise(found.column("description"), found.column("grain"), " ")
    lines, products = (found.column(key).to_pylist() for key in ("line_name", "product"))
    said = _Texts(
        found.column("business_name"),
        description,
        found.column("tags"),
        [people.get(product, "") for product in products],
        [columns.get(line, []) for line in lines],
    )
    return _entries("table", (name, found.column("table_name")), said, [stand.of(line) for line in lines])


def _columns(found: pa.Table, stand: Standings) -> pa.Table:
    import pyarrow.compute as pc

    parts = (found.column(name) for name in ("product", "table_name", "column_name"))
    name = pc.binary_join_element_wise(*parts, ".")
    said = _Texts(*(found.column(column) for column in ("business_name", "description", "tags")))
    lines = found.column("line_name").to_pylist()
    return _entries("column", (name, found.column("column_name")), said, [stand.of(line) for line in lines])


def _entries(kind: str, names: tuple[Any, Any], texts: _Texts, standing: list[float]) -> pa.Table:
    """One kind's rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    name, leaf = names
    count = len(name)
    nothing = pa.chunked_array([pa.array([""] * count, pa.string())])
    title, description = (_said(text, nothing) for text in (texts.title, texts.description))
    tags = _said(nothing if texts.tags is None else pc.binary_join(texts.tags, " "), nothing)
    people = nothing if texts.people is None else pa.chunked_array([pa.array(texts.people, pa.string())])
    columns = pa.chunked_array([pa.array(texts.columns or [[]] * count, pa.list_(pa.string()))])
    named = pc.binary_join(columns, " ")
    return pa.table(
        {
            "kind": pa.array([kind] * count, pa.string()),
            "rank": pa.array([KINDS.index(kind)] * count, pa.int8()),
            "name": name,
            "leaf": leaf,
            "path": pc.replace_substring_regex(name, r"(^|\.)[^.]*$", ""),
            "title": title,
            "tags": tags,
            "columns": columns,
            "people": people,
            "description": description,
            "text": pc.utf8_lower(pc.binary_join_element_wise(name, title, tags, named, people, description, " ")),
            "standing": pa.array(standing, pa.float64()),
        }
    )


def _said(texts: Any, nothing: Any) -> Any:
    import pyarrow.compute as pc

    return nothing if texts is None else pc.fill_null(pc.utf8_trim_whitespace(texts), "")


def _joined(found: pa.Table, names: list[str], people: dict[str, str]) -> list[str]:
    """Of each row its team's name, and the people of it."""
    teams = found.column("team").to_pylist()
    return [f"{team or ''} {people.get(name, '')}".strip() for name, team in zip(names, teams, strict=True)]


def _people(members: pa.Table, of: str) -> dict[str, str]:
    """The people of each domain's own team, or of each product's and its contracts'."""
    found: dict[str, list[str]] = {}
    names = ("domain", "product", "username", "name")
    for domain, product, username, name in zip(*(members.column(n).to_pylist() for n in names), strict=True):
        key = product if of == "product" else (domain if product is None else None)
        if key is not None:
            found.setdefault(key, []).append(f"{username} {name or ''}".strip())
    return {key: " ".join(dict.fromkeys(said)) for key, said in found.items()}
