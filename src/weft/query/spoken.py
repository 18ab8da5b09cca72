"""How a column is said in what makes its table: its expression, through the internal steps behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from weft.errors import WeftError
from weft.names import LineName, product_of
from weft.product.mesh import Mesh
from weft.product.product import Product, Transform
from weft.query.origins import chain

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Said:
    """How one transform says a column. `text` is '' where it is taken over as it is, or not known; `whole` is the transform."""

    file: str
    text: str
    whole: str
    language: str


def said(line: LineName, column: str, mesh: Mesh) -> tuple[Said, ...]:
    """By its own transform first, then by the internal steps that have a column which that speaks of."""
    return tuple(one for one, _ in _said(line, column, mesh))


def spoken_of(line: LineName, column: str, mesh: Mesh) -> frozenset[str]:
    """The words of all those expressions, in lower case: what is not among them decides rows, and not what the column holds."""
    return frozenset(word for _, words in _said(line, column, mesh) for word in words)


def _said(line: LineName, column: str, mesh: Mesh) -> Iterator[tuple[Said, set[str]]]:
    product = mesh.products.get(product_of(line))
    key = next((key for key, made in product.lines_made.items() if made == line), None) if product else None
    if product is None or key is None:
        return
    wanted = {column.lower()}
    for name, transform in chain(product, key).items():
        known = _known(product, transform)
        spoken = [column.lower()] if name == key else [one for one in known if one in wanted]
        if not spoken:
            continue
        text = known.get(spoken[0], "") if name == key else "\n".join(f"{one} = {known[one]}" for one in spoken)
        words = _words(known.get(one, "") for one in spoken)
        wanted |= words
        yield Said(transform.file, text, transform.text, transform.language), words


def _known(product: Product, transform: Transform) -> dict[str, str]:
    """Column to expression; of core data's fields, the columns of the sources that they are read from."""
    if transform.language == "sql":
        return _expressions(transform.text)
    core = product.core
    if transform.language == "python" or core is None or core.roles.get(transform.table) != "entity":
        return {}
    return {
        field.name: ", ".join(
            f"{one.name}.{one.fields[field.name]}" for one in core.sources if field.name in one.fields
        )
        for field in core.fields
    }


def _words(texts: Iterable[str]) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(text)}


@lru_cache(maxsize=1024)
def _expressions(text: str) -> dict[str, str]:
    from weft.sql import expressions

    try:
        return expressions(text)
    except WeftError:
        return {}
