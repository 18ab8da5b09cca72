"""Service levels: worse, better, the same in other units, announced or dropped."""

from __future__ import annotations

from collections.abc import Iterator

from weft.plan.changes.bounds import Incomparable
from weft.plan.changes.change import Act, Change, Impact
from weft.plan.changes.measures import ENDS, improvement, property_of
from weft.plan.changes.pairs import Pair
from weft.plan.changes.spots import of_contract
from weft.product.contract import ServiceLevel

_Key = tuple[str, str]


def service_levels(pair: Pair) -> Iterator[Change]:
    was, now = _by_key(pair.old.service_levels), _by_key(pair.new.service_levels)
    for key, level in was.items():
        if key in now:
            yield from _compared(level, now[key])
        else:
            yield _dropped(level, pair)
    for key, level in now.items():
        if key not in was:
            yield _announced(level)


def _by_key(levels: tuple[ServiceLevel, ...]) -> dict[_Key, ServiceLevel]:
    return {(property_of(level), level.element): level for level in levels}


def _compared(old: ServiceLevel, new: ServiceLevel) -> Iterator[Change]:
    if old == new:
        return
    what, before, after = old.property, _said(old), _said(new)
    if (old.value, old.unit) == (new.value, new.unit):
        yield _change(
            "service level rewritten", old, f"{what} is {after}, as before, and described otherwise", (before, after)
        )
        return
    try:
        better = improvement(old, new)
    except Incomparable:
        reason = f"{what} was {before} and is {after}; nothing shows that this is no worse"
        yield _change("service level changed", old, reason, (before, after))
        return
    moved = f"{what} was {before} and is {after}"
    if better < 0:
        earlier = "; consumers planned for longer" if property_of(old) in ENDS else ""
        yield _change("service level worsened", old, f"{moved}, which is worse for readers{earlier}", (before, after))
    elif better > 0:
        yield _change("service level improved", old, f"{moved}, which is better for readers", (before, after))
    else:
        yield _change("service level rewritten", old, f"{moved}, which is the same", (before, after))


def _dropped(level: ServiceLevel, pair: Pair) -> Change:
    said = _said(level)
    if property_of(level) in ENDS:
        return _change(
            "end taken back", level, f"{level.property} was {said}, and is announced no longer", (said, None)
        )
    reason = f"{level.property} was {said}, and nothing is promised any more"
    return _change("service level dropped", level, reason, (said, None))


def _announced(level: ServiceLevel) -> Change:
    said = _said(level)
    return _change("service level announced", level, f"{level.property} is now announced: {said}", (None, said))


_IMPACTS: dict[str, Impact] = {
    "service level rewritten": "patch",
    "service level improved": "minor",
    "service level announced": "minor",
    "end taken back": "minor",
}


def _change(kind: str, level: ServiceLevel, reason: str, values: tuple[str | None, str | None]) -> Change:
    element = f",element={level.element}" if level.element else ""
    at = of_contract("slaProperties", "value", named=f"[property={level.property}{element}]")
    act: Act = "ADD" if values[0] is None else "REMOVE" if values[1] is None else "CHANGE"
    return Change(kind, at, _IMPACTS.get(kind, "breaking"), reason, *values, act)


def _said(level: ServiceLevel) -> str:
    return f"{level.value} {level.unit}".strip()
