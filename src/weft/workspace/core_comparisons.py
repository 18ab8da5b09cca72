"""How fields are compared: each by what its kind suggests where core.yaml says nothing of it, and what it may not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

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
OF_DATES: tuple[Measure, ...] = ("date", "exact")
WITH_ALTERNATIVES: tuple[Measure, ...] = ("exact", "name", "given_name", "text", "identifier")
WITH_EXCHANGE: tuple[Measure, ...] = ("given_name",)
WITH_FREQUENCIES: tuple[Measure, ...] = (
    "exact", "name", "given_name", "text", "initial", "date", "identifier", "prefix",
)  # fmt: skip
"""What has a level of the very same value, which may be rare."""


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


def unfit(one: Comparison, kinds: Mapping[str, Standard]) -> Iterator[tuple[str, str]]:
    """What of a comparison its measure cannot take or would not look at, with how to mend it; `kinds` are those of the fields."""
    said = (*one.fields, *one.alternatives, *((one.exchanged_with,) if one.exchanged_with else ()))
    dates = [name for name in said if kinds.get(name) == "date"]
    others = [name for name in said if name in kinds and name not in dates]
    if dates and one.measure not in OF_DATES:
        yield f"'{one.measure}' compares texts, and '{dates[0]}' is a date", "Compare dates by `date` or `exact`."
    elif others and (dates or one.measure == "date"):
        mend = "Compare dates with dates, and texts by another measure."
        yield f"'{others[0]}' is compared with dates here, and is none", mend
    for option, is_said, measures in (
        ("alternatives", one.alternatives, WITH_ALTERNATIVES),
        ("exchanged_with", one.exchanged_with, WITH_EXCHANGE),
        ("frequencies", one.by_frequency, WITH_FREQUENCIES),
    ):
        if is_said and one.measure not in measures:
            mend = f"Take it out, or compare by {', '.join(f'`{by}`' for by in measures)}."
            yield f"`{option}` is nothing that '{one.measure}' looks at", mend
