"""How fields are compared where core.yaml says nothing of it: each by what its kind suggests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weft.product.core_data import Comparison, CoreField, CoreRule, Measure, Standard

PLACE_FIELDS: tuple[Standard, ...] = ("address", "zip", "city", "state")
"""The kinds that are one place, in the order in which it is compared."""
BY: dict[Standard, Measure] = {
    "text": "text",
    "name": "name",
    "given_name": "given_name",
    "credential": "exact",
    "sex": "exact",
    "address": "text",
    "city": "text",
    "state": "exact",
    "zip": "prefix",
    "phone": "identifier",
    "email": "identifier",
    "identifier": "identifier",
    "npi": "identifier",
    "code": "exact",
    "date": "date",
    "as_is": "exact",
}
BY_FREQUENCY: tuple[Measure, ...] = ("name", "given_name", "text")


def suggested(fields: Sequence[CoreField], rules: Iterable[CoreRule]) -> tuple[Comparison, ...]:
    """A comparison for each field that no rule alone speaks of; what is one place is compared as one."""
    ruled = {rule.fields[0] for rule in rules if len(rule.fields) == 1}
    left = [one for one in fields if one.name not in ruled]
    place = _place(left)
    found: list[Comparison] = []
    for one in left:
        if one.name not in place:
            measure = BY[one.standard]
            found.append(
                Comparison(one.name, measure, (one.name,), by_frequency=measure in BY_FREQUENCY, place=one.place)
            )
        elif one.name == place[0]:
            found.append(Comparison("place", "place", place, place=one.place))
    return tuple(found)


def _place(fields: Sequence[CoreField]) -> tuple[str, ...]:
    """The fields of the one place that there is; none where a part is missing, or there are several."""
    by_kind = {kind: [one.name for one in fields if one.standard == kind] for kind in PLACE_FIELDS}
    return tuple(names[0] for names in by_kind.values()) if all(len(n) == 1 for n in by_kind.values()) else ()
