"""What of a line that somebody may read is masked or left out: its classifications against what the reader is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from weft.access.classifications import Classifications, Viewer
from weft.access.inheriting import Inherited
from weft.access.masks import Mask, RowFilter
from weft.access.reader import Reader
from weft.access.sight import Known, Sight
from weft.names import LineName, domain_of


@dataclass(frozen=True)
class Classified:
    """The rules of a mesh, and what they come to column by column."""

    rules: Classifications = field(default_factory=Classifications)
    inherited: Inherited = field(default_factory=Inherited)


def obscured(sight: Sight, reader: Reader, line: LineName, known: Known, classified: Classified) -> Sight:
    """The sight with its masks and row filters. The workspace's owner sees clear."""
    if reader.is_owner or not sight.is_allowed:
        return sight
    viewer = viewer_of(sight, reader, line, known)
    return replace(
        sight, masks=masks_of(line, viewer, classified), row_filters=tuple(row_filters_of(line, viewer, classified))
    )


def viewer_of(sight: Sight, reader: Reader, line: LineName, known: Known) -> Viewer:
    """What the reader is towards a line: by their roles, and by the agreements that the sight rests on."""
    agreements = [one for one in known.agreements if one.id in sight.agreements]
    return Viewer(
        reader.roles(domain_of(line)) | reader.roles(),
        frozenset(one.role for one in agreements if one.role),
        frozenset(sight.purposes),
        reader.attributes,
    )


def masks_of(line: LineName, viewer: Viewer, classified: Classified) -> dict[str, Mask]:
    """By column: of all classifications that hold of it, the strictest that the reader is not cleared for."""
    rules, found = classified.rules, {}
    for column, marks in classified.inherited.marks.get(line, {}).items():
        for name in rules.in_order(marks):
            level = rules.level(name)
            if level.mask and not level.clear.admits(viewer):
                found[column] = level.mask
                break
    return found


def row_filters_of(line: LineName, viewer: Viewer, classified: Classified) -> Iterator[RowFilter]:
    """One for each column that a row filter looks at; all of them must hold."""
    given = dict(viewer.attributes)
    filters = classified.inherited.rows.get(line, {})
    for rule in classified.rules.row_rules:
        if rule.name in filters and not rule.clear.admits(viewer):
            for column in filters[rule.name] or ("",):
                yield RowFilter(column, given.get(rule.attribute, ()), rule.name, rule.attribute)
