"""Classifications as rows of the domain `mesh`: the set that is in force, and what each column comes to by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from weft.access.classifications import Clear
from weft.access.obscuring import Classified
from weft.product.contract import Column
from weft.query.classified import classified, rules_in_force
from weft.query.library import Ground
from weft.registry.facts import RELATIONS

if TYPE_CHECKING:
    import pyarrow as pa


MOST_KEPT = 4
_kept: dict[tuple[str, str], tuple[Classified, pa.Table, pa.Table]] = {}
"""A server asks the same of the same facts: what was made of them, and of which classifications."""


def classification_rules_table(place: Ground) -> pa.Table:
    """`mesh.classification_rules`: a mesh of one folder publishes none, so that the registry alone does not know them."""
    return RELATIONS["classification_rules"].of(list(_rows(place)))


def _rows(place: Ground) -> Iterator[tuple[Any, ...]]:
    rules = rules_in_force(place)
    for position, level in enumerate(rules.levels, 1):
        values, tags, mask = list(level.values), list(level.tags), str(level.mask or "")
        yield (level.name, "classification", position, level.description, values, tags, mask, "", *_clear(level.clear))
    for rule in rules.row_rules:
        where = f"{rule.column} IN reader.{rule.attribute}"
        yield (rule.name, "row filter", None, rule.description, [], list(rule.tags), "", where, *_clear(rule.clear))


def _clear(clear: Clear) -> tuple[list[str], ...]:
    attributes = [f"{name} = {value}" for name, values in clear.attributes for value in values]
    return list(clear.roles), list(clear.agreement_roles), list(clear.purposes), attributes


def columns_classified(found: pa.Table, place: Ground) -> pa.Table:
    """`mesh.columns` with what each column is classified as in the end, from where it has that, and how that masks."""
    if rules_in_force(place).is_empty:
        return found
    classes = classified(place)
    key = place.settings.registry, place.environment
    kept = _kept.get(key)
    if kept is None or kept[0] is not classes or kept[1] is not found:
        kept = _kept[key] = (classes, found, _columns(found, classes))
        while len(_kept) > MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
    return kept[2]


def _columns(found: pa.Table, classes: Classified) -> pa.Table:
    import pyarrow as pa

    said = ("line_name", "column_name", "classification", "tags")
    rows = [_effective(row, classes) for row in zip(*(found.column(one).to_pylist() for one in said), strict=True)]
    for number, name in enumerate(("classification_effective", "inherited_from", "mask_kind")):
        field = found.schema.field(name)
        values = pa.array([row[number] for row in rows], field.type)
        found = found.set_column(found.schema.get_field_index(name), field, values)
    return found


def _effective(row: tuple[Any, ...], classes: Classified) -> tuple[str, str, str]:
    """What is written and not yet applied is in no web: it has what it says itself."""
    line, column, classification, tags = row
    marks = classes.inherited.marks.get(line, {}).get(column)
    if not marks:
        said = Column(column, "", classification=classification or "", tags=tuple(tags or ()))
        marks = dict.fromkeys(classes.rules.of(said))
    if not marks:
        return "", "", ""
    name = classes.rules.in_order(marks)[0]
    table, origin = (line, column) if marks[name] is None else classes.inherited.path((line, column), name)[-1]
    inherited = "" if (table, origin) == (line, column) else f"{table}.{origin}"
    return name, inherited, str(classes.rules.level(name).mask or "")
