"""Checks in words that people understand: what a contract promises, what was found, and which belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weft.product.checks import Check, CheckKind, checks_of
from weft.product.contract import Metric, Operator, QualityRule, Scalar, Table, Threshold
from weft.query.pages import CheckShown
from weft.server.portal.rendering import counted

BAD = ("failed", "error")
NOT_LOOKED_AT = ("skipped", "not executable")
MOST_VALUES = 6
GROUPS: Mapping[str, tuple[CheckKind | Metric, ...]] = {
    "Nothing is missing": ("required", "nullValues", "missingValues"),
    "Nothing is there twice": ("unique", "primaryKey", "uniqueItems", "duplicateValues"),
    "Values are what they should be": (
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "pattern",
        "format",
        "enum",
        "invalidValues",
    ),
    "It fits other tables": ("relationship",),
}
OWN = "Rules of its owners"
SAYS: Mapping[str, str] = {
    "required": "no {columns} is empty",
    "unique": "no two rows have the same {columns}",
    "primaryKey": "no two rows have the same {columns}",
    "minimum": "{columns} is {value} or more",
    "maximum": "{columns} is {value} or less",
    "exclusiveMinimum": "{columns} is more than {value}",
    "exclusiveMaximum": "{columns} is less than {value}",
    "multipleOf": "{columns} is a multiple of {value}",
    "minLength": "{columns} has at least {value} characters",
    "maxLength": "{columns} has at most {value} characters",
    "minItems": "{columns} has at least {value} items",
    "maxItems": "{columns} has at most {value} items",
    "uniqueItems": "no item is there twice in a {columns}",
    "pattern": "{columns} is written as `{value}`",
    "format": "{columns} is written as {value}",
    "enum": "{columns} is {value}",
}
METRICS: Mapping[str, str] = {
    "nullValues": "empty in {columns}",
    "missingValues": "missing in {columns}",
    "invalidValues": "not {rule} in {columns}",
    "duplicateValues": "there twice in {columns}",
    "rowCount": "there",
}
AMOUNTS: Mapping[Operator, str] = {
    "mustBe": "exactly {0}",
    "mustNotBe": "anything but {0}",
    "mustBeGreaterThan": "more than {0}",
    "mustBeGreaterOrEqualTo": "at least {0}",
    "mustBeLessThan": "less than {0}",
    "mustBeLessOrEqualTo": "at most {0}",
    "mustBeBetween": "{0} to {1}",
    "mustNotBeBetween": "less than {0} or more than {1}",
}


@dataclass(frozen=True, slots=True)
class CheckSaid:
    """One check as people read it; `text` and `found` are prose."""

    text: str
    found: str
    check: CheckShown

    @property
    def is_bad(self) -> bool:
        return self.check.outcome in BAD

    @property
    def holds(self) -> bool:
        return self.check.outcome == "passed"


@dataclass(frozen=True, slots=True)
class Group:
    """Checks of one kind that hold; `is_open` where they are to be seen at once."""

    name: str
    checks: tuple[CheckSaid, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Checks:
    """All of a table's: what does not hold, what does by kind, and what nobody can look at."""

    bad: tuple[CheckSaid, ...] = ()
    groups: tuple[Group, ...] = ()
    unseen: tuple[CheckSaid, ...] = ()

    @property
    def held(self) -> int:
        return sum(len(group.checks) for group in self.groups)

    @property
    def looked_at(self) -> int:
        return self.held + len(self.bad)


def checks_said(found: Sequence[CheckShown], table: Table | None) -> Checks:
    """What was found of each check of one table. What the contract promises no longer goes by its id."""
    promised = {check.id: check for check in checks_of(table)} if table else {}
    said = [
        (CheckSaid(_text(one, promised.get(one.check)), _found(one), one), promised.get(one.check)) for one in found
    ]
    return Checks(
        tuple(one for one, _ in said if one.is_bad),
        tuple(_groups([(one, check) for one, check in said if one.holds])),
        tuple(one for one, _ in said if not one.is_bad and not one.holds),
    )


def _groups(said: Sequence[tuple[CheckSaid, Check | None]]) -> list[Group]:
    found: dict[str, list[CheckSaid]] = {name: [] for name in (*GROUPS, OWN)}
    for one, check in said:
        found[_group(check)].append(one)
    return [Group(name, tuple(checks)) for name, checks in found.items() if checks]


def _group(check: Check | None) -> str:
    kind = (check.rule.metric if check and check.rule else None) or (check.kind if check else "")
    if check and check.rule and not _is_unnamed(check.rule):
        return OWN
    return next((name for name, kinds in GROUPS.items() if kind in kinds), OWN)


def _text(shown: CheckShown, check: Check | None) -> str:
    if check is None:
        return shown.check
    if check.relationship:
        to = f"{check.relationship.to_table}.{' and '.join(check.relationship.to_columns)}"
        return f"{_columns(check.columns)} is found in `{to}`"
    if check.rule:
        return _of_rule(check.rule, check.id)
    pattern = SAYS.get(check.kind)
    return pattern.format(columns=_columns(check.columns), value=_values(check.values)) if pattern else check.id


def _of_rule(rule: QualityRule, id: str) -> str:
    """The owner's own name of it, else what it counts, else what they say of it."""
    if not _is_unnamed(rule):
        return id
    if rule.metric and rule.threshold:
        columns = _columns(
            tuple(map(str, _list(rule.arguments.get("properties")))) or tuple(filter(None, [rule.column]))
        )
        what = METRICS[rule.metric].format(columns=columns, rule=_valid(rule))
        return f"{_amount(rule.threshold, rule)} {what}"
    return rule.description or id


def _is_unnamed(rule: QualityRule) -> bool:
    """Whether its name was made of what it is."""
    return rule.name.partition("(")[0] == rule.metric or rule.name.rpartition(" ")[0] == rule.kind


def _valid(rule: QualityRule) -> str:
    if pattern := rule.arguments.get("pattern"):
        return f"written as `{pattern}`"
    return _values(tuple(_list(rule.arguments.get("validValues")))) or "as they should be"


def _amount(threshold: Threshold, rule: QualityRule) -> str:
    if (threshold.operator, threshold.values, rule.metric) == (
        "mustBe",
        (0,),
        rule.metric,
    ) and rule.metric != "rowCount":
        return "none are"
    numbers = AMOUNTS[threshold.operator].format(*map(_number, threshold.values))
    if rule.unit == "percent":
        return f"{numbers} % of rows are"
    is_one = threshold.values == (1,) and threshold.operator == "mustBe"
    return f"{numbers} {'row is' if is_one else 'rows are'}"


def _found(shown: CheckShown) -> str:
    if shown.outcome in NOT_LOOKED_AT or shown.outcome == "error":
        return shown.message
    if shown.measured is None:
        return ""
    number = _number(shown.measured)
    if shown.unit == "percent":
        return f"{number} %"
    if "." in number or not number.replace("\u202f", "").isdigit():
        return number
    return "none" if number == "0" else f"{number} {'row' if number == '1' else 'rows'}"


def amount_said(threshold: str) -> str:
    """What is recorded of a threshold (`mustBeLessThan 5`) in words; as it is, where it is none of those."""
    operator, _, values = threshold.partition(" ")
    told = [_number(value) for value in values.replace(" and ", ", ").split(", ")]
    pattern = AMOUNTS.get(operator)  # type: ignore[call-overload]
    return pattern.format(*told) if pattern and len(told) >= pattern.count("{") else threshold


def _columns(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _values(values: Sequence[Scalar]) -> str:
    told = [str(value) for value in values[:MOST_VALUES]]
    more = len(values) - len(told)
    if more:
        return f"{', '.join(told)} or one of {counted(more)} more"
    return f"{', '.join(told[:-1])} or {told[-1]}" if len(told) > 1 else "".join(told)


def _number(value: Scalar) -> str:
    """A count with thin spaces, a fraction of at most two digits, a text as it is."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value)
    return counted(int(number)) if number.is_integer() else f"{number:,.2f}".replace(",", "\u202f")


def _list(value: object) -> list[Scalar]:
    return list(value) if isinstance(value, (list, tuple)) else []
