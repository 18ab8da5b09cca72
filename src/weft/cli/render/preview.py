"""A preview as people read it: a line for each of the invited, then what stands in their way and what would differ."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from weft.cli.render.checks import check_objects, shown_results
from weft.cli.render.counting import ago, counted, lasted
from weft.cli.render.faults import fault_object
from weft.cli.render.json_out import write_json
from weft.cli.render.layout import aligned
from weft.cli.render.terminal import Ink, paint, say, say_untold, width
from weft.errors import sentence

if TYPE_CHECKING:
    from weft.plan.evolution.stable import GoingStable
    from weft.product.checks import CheckResult
    from weft.product.preview import Verdict
    from weft.query.difference import Difference
    from weft.session.judging import Judged
    from weft.session.previewing import Listed, Previewed, Tried

NOTHING = "·"
HEAD = ("consumer", "binds", "runs", "checks", "expectations", "data", "verdict")


def show_preview(found: Previewed, *, json: bool) -> bool:
    """Whether each of the invited could go on over it as they are."""
    succeeded = not any(tried.breaks for tried in found.consumers)
    if json:
        write_json(_object(found))
        return succeeded
    preview = found.preview
    until = f", until {preview.invitation.until}" if preview.invitation.until else ""
    print(f"{paint(preview.name, 'bold')}  {counted(len(found.consumers), 'consumer')} invited{until}")
    if not found.consumers:
        say(f"nobody is: name them under `previews` in {preview.product.folder}/build.yaml", "dim")
        return succeeded
    head, *rows = aligned([HEAD, *(_row(tried) for tried in found.consumers)], width(sys.stdout))
    print("\n".join([paint(head, "dim"), *rows]))
    for tried in found.consumers:
        if details := list(_details(tried)):
            print("\n".join(["", paint(tried.who, "bold"), *details]))
    say(
        f"\nnothing is published ({lasted(found.seconds)}); a verdict: weft preview {preview.name} --verdict good --as NAME",
        "dim",
    )
    return succeeded


def _row(tried: Tried) -> tuple[str, ...]:
    return (
        tried.who,
        _sign(tried.binds),
        _sign(tried.runs),
        _held(tried.results) if tried.runs else NOTHING,
        _held(tried.expectations),
        _data(tried),
        _verdict(tried.verdict),
    )


def _sign(held: bool | None) -> str:
    return NOTHING if held is None else paint("✓", "green") if held else paint("✗", "red")


def _held(results: Sequence[CheckResult]) -> str:
    if not results:
        return NOTHING
    broken = [result for result in results if result.outcome in ("failed", "error")]
    ink: Ink = "red" if any(result.blocks for result in broken) else "yellow" if broken else "green"
    return paint(f"{sum(result.outcome == 'passed' for result in results)} of {len(results)} hold", ink)


def _data(tried: Tried) -> str:
    if tried.is_person:
        return "a person"
    if not tried.reads:
        return "reads no other line of it"
    if not tried.runs:
        return NOTHING
    changed = [found for found in tried.differences if not found.is_empty]
    return _counts(changed) if changed else "the same" if tried.differences else "nothing is made of it"


def _counts(found: Sequence[Difference]) -> str:
    """Of all its tables together."""
    kinds = (("+", "added"), ("-", "removed"), ("~", "changed"))
    counts = ((sign, sum(getattr(one, kind) for one in found), kind) for sign, kind in kinds)
    told = [f"{sign}{count:,} {kind}" for sign, count, kind in counts if count]
    return ", ".join(told) or "columns differ"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "none yet"
    said = paint(verdict.word, "green" if verdict.word == "good" else "red")
    return f"{said}{f': {verdict.comment}' if verdict.comment else ''}, {ago(verdict.at)}"


def _details(tried: Tried) -> Iterator[str]:
    for fault in tried.faults:
        yield f"  {paint('does not bind', 'red')}  {fault}"
    if tried.failure:
        yield f"  {paint('does not run', 'red')}  {tried.failure}"
    broken = [r for r in (*tried.results, *tried.expectations) if r.outcome in ("failed", "error")]
    if broken:
        yield from shown_results(broken)
    for found in tried.differences:
        if not found.is_empty:
            columns = ", ".join(f"{c.column} ({counted(c.rows, 'row')})" for c in found.columns)
            yield f"  {found.after.line}  {_counts([found])}{f': {columns}' if columns else ''}"


def show_going_stable(found: Sequence[GoingStable]) -> None:
    """What was said of the previews of versions that go stable, and what is asked for still."""
    for one in found:
        sign = paint("✗", "red") if one.refusal else paint("✓", "green")
        print(
            f"{sign} {paint(f'{one.product}.{one.port}', 'bold')}  {one.version} goes stable; it was shown as {one.preview}"
        )
        rows = [(verdict.who, _verdict(verdict)) for verdict in one.verdicts]
        rows += [("reason", one.reason)] if one.reason else []
        print("\n".join(aligned(rows, width(sys.stdout), indent=4) if rows else ["    nobody said anything"]))
        if one.refusal:
            print(f"    {sentence(one.refusal)} {one.mend}")
        print()


def going_stable_object(one: GoingStable) -> dict[str, Any]:
    verdicts = [{"who": verdict.who, **(_said(verdict) or {})} for verdict in one.verdicts]
    whose = {"product": one.product, "port": one.port, "version": one.version, "preview": one.preview, "asks": one.asks}
    return {
        **whose,
        "verdicts": verdicts,
        "reason": one.reason,
        "refusal": one.refusal,
        "mend": one.mend if one.refusal else "",
    }


def show_verdict(found: Judged, *, json: bool) -> None:
    import msgspec

    said = found.verdict
    if json:
        write_json({**msgspec.to_builtins(said), "untold": list(found.untold)})
        return
    name = f"{said.product}.{said.port}@{said.version}"
    print(f"{paint('✓', 'green')} {said.who} says {said.word} of {name}{f': {said.comment}' if said.comment else ''}")
    say_untold(found.untold)


def show_list(found: Sequence[Listed], *, json: bool) -> None:
    if json:
        write_json({"previews": [_listed(one) for one in found]})
        return
    if not found:
        say("there is no preview", "dim")
    for one in found:
        until = f"until {one.preview.invitation.until}" if one.preview.invitation.until else ""
        print(f"{paint(one.preview.name, 'bold')}  {until}".rstrip())
        rows = [(who, _verdict(one.verdicts.get(who))) for who in one.preview.invitation.invites]
        print("\n".join(aligned(rows, width(sys.stdout)) if rows else ["  nobody is invited"]))


def _listed(one: Listed) -> dict[str, Any]:
    invitation = one.preview.invitation
    consumers = [{"who": who, "verdict": _said(one.verdicts.get(who))} for who in invitation.invites]
    return {"name": one.preview.name, "until": invitation.until, "consumers": consumers}


def _object(found: Previewed) -> dict[str, Any]:
    preview = found.preview
    return {
        "name": preview.name,
        "product": preview.product.name,
        "port": preview.port,
        "version": preview.version,
        "environment": found.environment,
        "until": preview.invitation.until,
        "lines": preview.lines,
        "consumers": [_consumer(tried) for tried in found.consumers],
        "seconds": round(found.seconds, 6),
    }


def _consumer(tried: Tried) -> dict[str, Any]:
    import msgspec

    differences = [
        {"is_empty": one.is_empty, **msgspec.to_builtins(one, enc_hook=str, str_keys=True)} for one in tried.differences
    ]
    return {
        "who": tried.who,
        "kind": "person" if tried.is_person else "product",
        "reads": tried.reads,
        "binds": tried.binds,
        "faults": [fault_object(fault) for fault in tried.faults],
        "runs": tried.runs,
        "failure": tried.failure,
        "checks": check_objects(tried.results),
        "expectations": check_objects(tried.expectations),
        "differences": differences,
        "verdict": _said(tried.verdict),
        "breaks": tried.breaks,
        "seconds": round(tried.seconds, 6),
    }


def _said(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {"word": verdict.word, "comment": verdict.comment, "at": verdict.at, "given_by": verdict.given_by}
