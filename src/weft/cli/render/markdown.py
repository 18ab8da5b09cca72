"""A verdict as Markdown that GitHub and GitLab show; whatever comes from documents or data can be no markup of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from weft.cli.render.changes import SIGNS
from weft.cli.render.checks import said
from weft.cli.render.counting import counted, lasted
from weft.errors import Fault, sentence

if TYPE_CHECKING:
    from weft.plan.changes import Change
    from weft.plan.evolution import PortChange
    from weft.plan.impact import Reached
    from weft.run.report import RunReport
    from weft.session.integrating import TableData, Verdict

MARKUP = re.compile(r"[\\`*{}\[\]()<>#|~$@&]|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=[/a-z])|(?<=www)\.|!(?=\[)", re.I)
"""What would be read as markup, a link, a mention or an emoji; an underscore within a word is none."""
MOST = 50
"""Rows of one table, so that a request to merge stays readable."""
WORDS = {"broken": "breaks", "affected": "is affected", "untouched": "is untouched"}


def markdown(verdict: Verdict) -> str:
    return "\n".join(_lines(verdict)) + "\n"


def plain(text: object) -> str:
    """Words that Markdown shows as they are, on one line: no markup, no link, no mention, no HTML."""
    line = " ".join(str(text).split())
    return MARKUP.sub(lambda found: f"&#{ord(found[0])};", "".join(c for c in line if c.isprintable()))


def spoken(text: object) -> str:
    """A sentence, with a capital at its beginning."""
    words = plain(sentence(str(text)))
    return words[:1].upper() + words[1:]


def code(text: object) -> str:
    """A name in the type of code."""
    return f"<code>{plain(text)}</code>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Nothing where there are no rows."""
    found = list(rows)
    if not found:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in found[:MOST])
    if more := len(found) - MOST:
        yield from ["", f"and {more:,} more; `--json` has them all"] if more > 0 else []
    yield ""


def _lines(verdict: Verdict) -> Iterator[str]:
    yield f"## Weft: {'this may be merged' if verdict.passed else 'this may not be merged'}"
    yield ""
    yield f"{_head(verdict)}"
    yield ""
    if verdict.stopped:
        yield from (f"**{spoken(line)}**  " for line in verdict.stopped.splitlines() if line.strip())
        yield ""
    yield from _faults("As written", verdict.faults)
    yield from _faults("Policies", verdict.policies)
    yield from _versions(verdict)
    yield from _consumers(verdict)
    yield from _cases(verdict)
    if verdict.report:
        yield from _run(verdict.report)
    yield from _data(verdict)
    yield from _around(verdict)


def _head(verdict: Verdict) -> str:
    touched = ", ".join(map(code, verdict.touched)) or "no product"
    where = f"environment {code(verdict.environment)}"
    return f"It changes {touched} since {code(verdict.since.base[:10])}; commit {code(verdict.since.commit[:10])}, {where}."


def _faults(heading: str, faults: Sequence[Fault]) -> Iterator[str]:
    if faults:
        yield f"### {heading}"
        yield ""
        rows = (
            (
                fault.severity,
                code(fault.place),
                f"{plain(sentence(fault.message))} {plain(sentence(fault.mend))}".strip(),
            )
            for fault in faults
        )
        yield from table(("", "where", "what"), rows)


def _versions(verdict: Verdict) -> Iterator[str]:
    evolution = verdict.evolution
    if not (evolution.changed or evolution.new or evolution.gone):
        return
    yield "### Versions and changes"
    yield ""
    rows = [
        (code(f"{one.product}.{one.port}"), str(one.before), str(one.after), str(one.least), _claim(one))
        for one in evolution.changed
    ]
    rows += [(code(f"{o.product}.{o.port}"), "", str(o.version), "", "a new line") for o in evolution.new]
    rows += [
        (code(f"{o.product}.{o.port}"), str(o.version), "", "", f"**goes** {plain(sentence(o.refusal))}".strip())
        for o in evolution.gone
    ]
    yield from table(("port", "published", "written", "least", ""), rows)
    for one in evolution.changed:
        if one.refusal:
            yield f"{code(f'{one.product}.{one.port}')}: {spoken(one.refusal)} {plain(one.mend)}".rstrip()
            yield ""
            yield from (f"- {code(edit)}" for edit in one.edits)
            yield ""
    changes = [(one, change) for one in evolution.changed for change in one.changes]
    yield from table(("change", "impact", "where", "why"), (_change(*pair) for pair in changes))


def _claim(one: PortChange) -> str:
    return "**claims too little**" if one.refusal else "honest"


def _change(port: PortChange, change: Change) -> tuple[str, ...]:
    where = ".".join(part for part in (port.product, change.table, change.column) if part)
    return plain(change.kind), SIGNS[change.impact][2], code(where), spoken(change.reason)


def _consumers(verdict: Verdict) -> Iterator[str]:
    from weft.plan.impact import in_all, summary

    reaches = verdict.evolution.reaches
    if not reaches:
        return
    found = in_all(reaches)
    yield "### Who breaks"
    yield ""
    yield spoken(summary(found))
    yield ""
    yield from table(("consumer", "", "why", "query"), (_consumer(one) for one in found))


def _consumer(one: Reached) -> tuple[str, ...]:
    words = (
        "waits"
        if one.waits
        else "may lose sight"
        if one.may_lose_sight
        else "loses a promise"
        if one.loses_promise
        else WORDS[one.verdict]
    )
    verdict = f"**{words}**" if one.verdict == "broken" else words
    return code(one.consumer), verdict, spoken(one.because), code(one.query) if one.query.file else ""


def _cases(verdict: Verdict) -> Iterator[str]:
    failed = [result for result in verdict.cases if not result.passed]
    if not verdict.cases:
        return
    yield f"### Tests of transforms: {len(verdict.cases) - len(failed)} of {len(verdict.cases)} pass"
    yield ""
    rows = (
        (
            code(f"{one.case.product}.{one.case.table}"),
            plain(one.case.name),
            code(one.case.place),
            plain(
                one.message or f"{counted(len(one.missing), 'row')} did not come, {len(one.surplus):,} came unexpected"
            ),
        )
        for one in failed
    )
    yield from table(("table", "case", "where", "what"), rows)


def _run(report: RunReport) -> Iterator[str]:
    tables = [one for product in report.products for one in product.tables if one.action != "nothing"]
    results = [result for product in report.products for result in product.results]
    held = sum(result.outcome == "passed" for result in results)
    if not report.products:
        return
    yield f"### Built: {counted(len(tables), 'table')} in {lasted(report.seconds)}; {held:,} of {counted(len(results), 'check')} hold"
    yield ""
    rows = ((code(p.product), f"**{p.state}**", plain(p.message)) for p in report.products if p.message)
    yield from table(("product", "", ""), rows)
    broken = [result for result in results if result.outcome in ("failed", "error")]
    checks = (
        (
            code(result.line),
            plain(result.check),
            "**stops it**" if result.blocks else "warning",
            code(result.consumer) if result.consumer else "",
            plain(said(result)),
        )
        for result in broken
    )
    yield from table(("table", "check", "", "expected by", "what was found"), checks)


def _data(verdict: Verdict) -> Iterator[str]:
    if not verdict.data:
        return
    yield "### Data, compared with prod"
    yield ""
    heads = ("table", "rows in prod", "rows here", "added", "removed", "changed", "columns")
    yield from table(heads, (_compared(one) for one in verdict.data))


def _compared(one: TableData) -> tuple[str, ...]:
    found = one.difference
    if found is None:
        return code(one.line), "", "", "", "", "", plain(one.note)
    columns = [
        f"{code(c.column)} {'new' if c.before is None else 'gone' if c.after is None else f'{c.rows:,}'}"
        for c in found.columns
    ]
    counts = (f"{count:,}" for count in (found.added, found.removed))
    before = f"{found.before.rows:,}" if found.before.snapshot else "not published"
    changed = f"{found.changed:,}" if found.key else ""
    told = ", ".join(columns) or ("no difference" if found.is_empty else plain(found.note))
    return code(one.line), before, f"{found.after.rows:,}", *counts, changed, told


def _around(verdict: Verdict) -> Iterator[str]:
    """What the branch did not do: what prod lacks, and what prod changed as well."""
    moved = [product.product for product in verdict.planned.plan.work] if verdict.planned else []
    touched = {*verdict.touched, *_downstream(verdict)}
    if others := [name for name in moved if name not in touched]:
        yield f"Built as well, though this branch did not change it: {', '.join(map(code, others))}. `prod` does not have it yet."
        yield ""
    if verdict.again:
        yield f"`prod` has moved on in {', '.join(map(code, verdict.again))}: built again over what it has now."
        yield ""


def _downstream(verdict: Verdict) -> set[str]:
    found: set[str] = set()
    if verdict.planned:
        for product in verdict.planned.plan.products:
            if {*product.reads} & {*verdict.touched, *found}:
                found.add(product.product)
    return found
