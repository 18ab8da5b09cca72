"""Which measured values a quality rule lets pass, so that two thresholds can be compared however they are written."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

from weft.product.contract import QualityRule, Scalar

Verdict = Literal["equal", "stronger", "weaker", "unknown"]
_END = Decimal("Infinity")


class Span(NamedTuple):
    """Values from `low` to `high`; an open end is not among them."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    def holds(self, other: Span) -> bool:
        low = other.low > self.low or (other.low == self.low and (other.low_open or not self.low_open))
        high = other.high < self.high or (other.high == self.high and (other.high_open or not self.high_open))
        return low and high

    @property
    def is_empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


Spans = tuple[Span, ...]
NOTHING_WRONG: Spans = (Span(Decimal(0), Decimal(0)),)


def compared(old: QualityRule, new: QualityRule) -> Verdict:
    """Whether the new rule lets fewer values pass, or more; unknown where they overlap, or no number says."""
    if old.threshold == new.threshold and old.unit == new.unit:
        return "equal"
    was, now = passing(old), passing(new)
    if was is None or now is None:
        return "unknown"
    if old.unit != new.unit:
        # Rows and percent of unlike tables cannot be weighed against each other; none at all is none in either.
        if now != NOTHING_WRONG:
            return "unknown"
        return "equal" if was == NOTHING_WRONG else "stronger"
    return _verdict(_within(now, was), _within(was, now))


def _verdict(narrower: bool, wider: bool) -> Verdict:
    if narrower:
        return "equal" if wider else "stronger"
    return "weaker" if wider else "unknown"


def _within(inner: Spans, outer: Spans) -> bool:
    return all(any(whole.holds(part) for whole in outer) for part in inner)


def passing(rule: QualityRule) -> Spans | None:
    """The values that pass, in order and apart from each other; None where the threshold is no number."""
    if rule.threshold is None:
        return None
    try:
        values = [_number(value) for value in rule.threshold.values]
    except InvalidOperation:
        return None
    spans = _spans(rule.threshold.operator, values)
    if rule.kind != "library":
        return spans
    whole = rule.unit == "rows"
    most = _END if whole else Decimal(100)
    clipped = (_clipped(span, most) for span in spans)
    return tuple(part for span in clipped if not (part := _counted(span) if whole else span).is_empty)


def _number(value: Scalar) -> Decimal:
    if value is None:
        raise InvalidOperation
    return Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))


def _spans(operator: str, values: list[Decimal]) -> Spans:
    first, last = values[0], values[-1]
    match operator:
        case "mustBe":
            return (Span(first, first),)
        case "mustBeGreaterThan":
            return (Span(first, _END, low_open=True),)
        case "mustBeGreaterOrEqualTo":
            return (Span(first, _END),)
        case "mustBeLessThan":
            return (Span(-_END, first, high_open=True),)
        case "mustBeLessOrEqualTo":
            return (Span(-_END, first),)
        case "mustBeBetween":
            return (Span(first, last),)
    return Span(-_END, first, high_open=True), Span(last, _END, low_open=True)


def _clipped(span: Span, most: Decimal) -> Span:
    """Of what is counted nothing is below zero, and of a percentage nothing above a hundred."""
    low, low_open = (Decimal(0), False) if span.low < 0 else (span.low, span.low_open)
    high, high_open = (most, False) if span.high > most else (span.high, span.high_open)
    return Span(low, high, low_open, high_open)


def _counted(span: Span) -> Span:
    """Numbers of rows are whole: below 1 is 0."""
    low = span.low.to_integral_value("ROUND_CEILING") if span.low.is_finite() else span.low
    high = span.high.to_integral_value("ROUND_FLOOR") if span.high.is_finite() else span.high
    low += 1 if span.low_open and low == span.low else 0
    high -= 1 if span.high_open and high == span.high and high.is_finite() else 0
    return Span(low, high)
