"""Whether a version that was shown as a preview may go stable: asked by plan, apply and promote, answered by verdicts or a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from weft.errors import Refused, sentence
from weft.identity.caller import caller
from weft.plan.evolution import Evolution
from weft.plan.evolution.stable import GoingStable, Rise, going_stable
from weft.product.preview import Verdict
from weft.product.product import Product
from weft.versions import Version

if TYPE_CHECKING:
    from weft.registry.seam import Registry


def what_goes_stable(evolution: Evolution, registry: Registry, asks: int) -> Evolution:
    """With what is asked of each version that was shown before; `asks` is how many good verdicts, 0 for nothing."""
    return replace(evolution, stable=asked_of(_rises(evolution), registry, asks))


def _rises(evolution: Evolution) -> Iterator[Rise]:
    for one in evolution.changed:
        if one.before != one.after and not one.after.is_preview:
            yield Rise(one.product, one.port, one.before, one.after)
    for line in evolution.new:
        if not line.version.is_preview:
            yield Rise(line.product, line.port, None, line.version)


def rises_of(before: Product, after: Product) -> Iterator[Rise]:
    """Of two values of a product: each stable line that is new or in another version."""
    was = {(port.name, port.line): Version.parse(port.version) for port in before.output_ports}
    for port in after.output_ports:
        version, old = Version.parse(port.version), was.get((port.name, port.line))
        if version != old and not version.is_preview:
            yield Rise(after.name, port.name, old, version)


def asked_of(rises: Iterable[Rise], registry: Registry, asks: int) -> tuple[GoingStable, ...]:
    """What is asked of each of them."""
    return tuple(_asked(rises, registry, asks)) if asks else ()


def _asked(rises: Iterable[Rise], registry: Registry, asks: int) -> Iterator[GoingStable]:
    previews = registry.previews
    for rise in rises:
        if (shown := previews.published(rise.product)) and rise.came_of(shown):
            found = going_stable(rise, shown, previews.verdicts(rise.product), asks)
            if found is not None:
                yield found


def answered(evolution: Evolution, registry: Registry, because: str) -> Evolution:
    """With the reason in the place of what is asked for. Raises: Refused, where something is, and no reason is given."""
    settled = with_reason(evolution.stable, because)
    refuse_unanswered(settled)
    if not any(one not in evolution.stable for one in evolution.refused):
        keep_reasons(registry, evolution.stable, settled)
    return replace(evolution, stable=settled)


def answer(asked: tuple[GoingStable, ...], registry: Registry, because: str) -> None:
    """Keeps the reason where one is needed. Raises: Refused where one is, and none is given."""
    settled = with_reason(asked, because)
    refuse_unanswered(settled)
    keep_reasons(registry, asked, settled)


def refuse_unanswered(asked: Iterable[GoingStable]) -> None:
    """Raises: Refused, with all that is asked for."""
    if told := [f"{one.product}.{one.port}: {sentence(one.refusal)} {one.mend}" for one in asked if one.refusal]:
        raise Refused("\n".join(told))


def with_reason(asked: Iterable[GoingStable], because: str) -> tuple[GoingStable, ...]:
    """A reason answers what is refused, and nothing else."""
    return tuple(replace(one, reason=because.strip()) if one.refusal else one for one in asked)


def keep_reasons(registry: Registry, before: Iterable[GoingStable], after: Iterable[GoingStable]) -> None:
    """Records the reasons that were given now, beside the verdicts that they answer."""
    for was, now in zip(before, after, strict=True):
        if now.reason and not was.reason:
            who = caller()
            at = datetime.now(UTC)
            registry.previews.say(Verdict(now.product, now.port, now.version, who, "reason", now.reason, at, who))
