"""A profile as somebody sees it who sees some columns masked: what tells of their values is taken out, counts stay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from weft.profile.values import ColumnProfile, Finding, TableProfile

BLIND = {
    "placeholders": "'{column}' says in {rows} that nothing is known.",
    "few-divergent": "'{column}' is one value nearly everywhere, but not in {rows}.",
    "stale-half-year": "The newest '{column}' is more than half a year old.",
    "stale-year": "The newest '{column}' is more than a year old.",
    "patterns-differ": "'{column}' is written otherwise in other tables.",
    "truncated": "'{column}' may be cut off in {rows}.",
}
"""What is said of a finding whose own words tell a value."""


def as_seen(profile: TableProfile, masked: Collection[str]) -> TableProfile:
    """`masked` are columns, in whatever letters."""
    names = {name.lower() for name in masked}
    if not names:
        return profile
    columns = tuple(_without_values(one) if one.name.lower() in names else one for one in profile.columns)
    findings = tuple(
        _without_examples(one) if one.column.lower() in names or not one.column else one for one in profile.findings
    )
    return replace(profile, columns=columns, findings=findings)


def _without_values(column: ColumnProfile) -> ColumnProfile:
    return replace(
        column,
        placeholder_values=(),
        minimum=None,
        maximum=None,
        mean=None,
        deviation=None,
        quantiles=(),
        histogram=(),
        frequent=(),
        patterns=(),
        number=replace(column.number, total=None) if column.number else None,
        moment=replace(column.moment, newest_age_days=None) if column.moment else None,
        withheld=True,
    )


def _without_examples(finding: Finding) -> Finding:
    rows = f"{finding.rows:,} {'row' if finding.rows == 1 else 'rows'}"
    said = BLIND[finding.kind].format(column=finding.column, rows=rows) if finding.kind in BLIND else finding.said
    return replace(finding, examples=(), said=said, withheld=True)
