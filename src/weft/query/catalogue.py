"""Everything that has a name in a mesh, as one Arrow table of texts: what a search looks through.

One row for each domain, product, table and column (of the newest line of a table), with what people call it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from weft.query.facts import among
from weft.query.library import Library, made_anew

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("domain", "product", "table", "column")
FIELDS = ("title", "tags", "path", "people", "description")
"""What is looked through besides the name itself, as a match is called; `path` is the whole name."""


def catalogue(library: Library) -> pa.Table:
    """Keyed by `name`, texts as written; `text` is all of them in one, lower-cased, to see at once who says a word at all."""
    import pyarrow as pa

    journal, environment = library.registry.journal, library.environment
    domains, products, tables, columns, members = (
        journal.facts(name, environment) for name in ("domains", "products", "tables", "columns", "team_members")
    )
    tables = tables.filter(tables.column("is_newest"))
    columns = among(columns, "line_name", tables.column("line_name").to_pylist())
    return pa.concat_tables(
        (
            _domains(domains, _people(members, "domain")),
            _products(products, _people(members, "product")),
            _tables(tables),
            _columns(columns),
        )
    )


NO_WORD = re.compile(r"[\W_]+")
WORDS_OF = "words_"
"""What a column is called that holds another's words, each after a space."""


def kept_catalogue(library: Library) -> pa.Table:
    """Where it is kept for further searches, it is prepared for them whole."""
    if library.keep is made_anew:
        return catalogue(library)
    return library.keep("catalogue", lambda: prepared(catalogue(library)))


def is_prepared(entries: pa.Table) -> bool:
    return "lower_leaf" in entries.column_names


def prepared(entries: pa.Table) -> pa.Table:
    """With names in lower case, and the words of each field in such a form that one plain search finds those that begin so."""
    import pyarrow.compute as pc

    for name in ("leaf", "path"):
        entries = entries.append_column(f"lower_{name}", pc.utf8_lower(entries.column(name)))
    for name in FIELDS:
        apart = pc.replace_substring_regex(pc.utf8_lower(entries.column(name)), r"[^\pL\pN]+", " ")
        entries = entries.append_column(f"{WORDS_OF}{name}", pc.binary_join_element_wise("", apart, " "))
    return entries


def spaced(word: str) -> str:
    """A word as it stands in the prepared fields."""
    apart = NO_WORD.sub(" ", word).strip()
    return f" {apart}" if apart else word


def known_entries(library: Library, entries: pa.Table) -> pa.Table:
    """Those that whoever asks may know of."""
    if library.reader.is_owner:
        return entries
    from weft.query.hiding import hidden, told

    what = hidden(library)
    return entries if what is None else told(entries, what)


def _domains(found: pa.Table, people: dict[str, str]) -> pa.Table:
    names = found.column("domain").to_pylist()
    texts = {"title": None, "description": found.column("description"), "tags": None}
    return _entries("domain", (found.column("domain"), found.column("domain")), texts, _joined(found, names, people))


def _products(found: pa.Table, people: dict[str, str]) -> pa.Table:
    import pyarrow.compute as pc

    said = (found.column(name) for name in ("purpose", "usage", "limitations"))
    description = pc.binary_join_element_wise(*said, " ")
    texts = {"title": found.column("title"), "description": description, "tags": found.column("tags")}
    names = found.column("product").to_pylist()
    return _entries("product", (found.column("product"), found.column("name")), texts, _joined(found, names, people))


def _tables(found: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    name = pc.binary_join_element_wise(found.column("product"), found.column("table_name"), ".")
    description = pc.binary_join_element_wise(found.column("description"), found.column("grain"), " ")
    texts = {"title": found.column("business_name"), "description": description, "tags": found.column("tags")}
    return _entries("table", (name, found.column("table_name")), texts)


def _columns(found: pa.Table) -> pa.Table:
    import pyarrow.compute as pc

    parts = (found.column(name) for name in ("product", "table_name", "column_name"))
    name = pc.binary_join_element_wise(*parts, ".")
    texts = {name: found.column(column) for name, column in TEXTS_OF_COLUMN.items()}
    return _entries("column", (name, found.column("column_name")), texts)


TEXTS_OF_COLUMN = {"title": "business_name", "description": "description", "tags": "tags"}


def _entries(kind: str, names: tuple[Any, Any], texts: dict[str, Any], people: Any = None) -> pa.Table:
    """One kind's rows. `texts` of None are not said by this kind."""
    import pyarrow as pa
    import pyarrow.compute as pc

    name, leaf = names
    nothing = pa.chunked_array([pa.array([""] * len(name), pa.string())])
    title, description = (_said(texts[part], nothing) for part in ("title", "description"))
    tags = nothing if texts["tags"] is None else pc.binary_join(texts["tags"], " ")
    tags, people = _said(tags, nothing), nothing if people is None else people
    return pa.table(
        {
            "kind": pa.array([kind] * len(name), pa.string()),
            "rank": pa.array([KINDS.index(kind)] * len(name), pa.int8()),
            "name": name,
            "leaf": leaf,
            "path": name,
            "title": title,
            "tags": tags,
            "people": people,
            "description": description,
            "text": pc.utf8_lower(pc.binary_join_element_wise(name, title, tags, people, description, " ")),
        }
    )


def _said(texts: Any, nothing: Any) -> Any:
    import pyarrow.compute as pc

    return nothing if texts is None else pc.fill_null(pc.utf8_trim_whitespace(texts), "")


def _joined(found: pa.Table, names: list[str], people: dict[str, str]) -> Any:
    """Of each row its team's name, and the people of it."""
    import pyarrow as pa

    teams = found.column("team").to_pylist()
    texts = [f"{team or ''} {people.get(name, '')}".strip() for name, team in zip(names, teams, strict=True)]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _people(members: pa.Table, of: str) -> dict[str, str]:
    """The people of each domain's own team, or of each product's and its contracts'."""
    found: dict[str, list[str]] = {}
    names = ("domain", "product", "username", "name")
    for domain, product, username, name in zip(*(members.column(n).to_pylist() for n in names), strict=True):
        key = product if of == "product" else (domain if product is None else None)
        if key is not None:
            found.setdefault(key, []).append(f"{username} {name or ''}".strip())
    return {key: " ".join(dict.fromkeys(said)) for key, said in found.items()}
