"""The table of contract changes, judged by Weft and by datacontract-cli's `breaking`: where they differ, and why.

The table is that of our tests, both ways; a reason for each difference stands beside it. A difference without a reason,
or a reason without a difference, stops the bench.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.processes import CommandFailed
from bench.sides.peer import environment

REQUIREMENTS = ("datacontract-cli==1.2.*",)
PROGRAM = Path(__file__).parent / "sides" / "breaking.py"
REASONS = Path(__file__).parents[1] / "tests" / "plan" / "changes" / "datacontract_cli.yaml"
AT_ONCE = 2
OURS = {"breaking": "breaks", "conditional": "depends", "minor": "harmless", "patch": "harmless", "": "harmless"}
THEIRS = {"error": "breaks", "warning": "unsure", "info": "harmless", "": "harmless"}
SEVERITIES = ("error", "warning", "info", "")
HEAD = ("changes", "of the kind", "Weft", "datacontract-cli", "why we judge as we do")


class NotExplained(Exception):
    """A difference has no reason, or a reason has no difference any more."""


@dataclass(frozen=True)
class Verdict:
    """One change of the table: its kind, and what both make of it (`breaks`, `depends` or `unsure`, `harmless`)."""

    told: str
    kind: str
    ours: str
    theirs: str

    @property
    def is_alike(self) -> bool:
        return self.ours == self.theirs


@dataclass(frozen=True)
class Reason:
    """Why changes of these kinds are judged otherwise here than there."""

    kinds: tuple[str, ...]
    ours: str
    theirs: tuple[str, ...]
    why: str
    explains: list[Verdict] = field(default_factory=list)

    def fits(self, verdict: Verdict) -> bool:
        return verdict.kind in self.kinds and verdict.ours == self.ours and verdict.theirs in self.theirs


def verdicts(peers: Path) -> list[Verdict]:
    """Of every change of the table. Raises: NotToBeHad."""
    from tests.plan.changes.documents import contract, text, ways

    from weft.plan.changes import contract_changes, worst

    python = environment(peers / "datacontract", REQUIREMENTS) / "python"
    table = ways()
    theirs = _asked(python, [(text(of, old), text(of, new)) for of, old, new, _ in table])
    found = []
    for (of, old, new, _), said in zip(table, theirs, strict=True):
        changes = contract_changes(contract(of, old), contract(of, new))
        kind = changes[0].kind if changes else "nothing"
        found.append(Verdict(f"{of} {old} to {new}", kind, OURS[worst(changes) or ""], _theirs(said)))
    return found


def _asked(python: Path, pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """In several processes, for each pair takes more than a second. Raises: CommandFailed."""
    found: list[dict[str, Any]] = [{}] * len(pairs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = pool.map(partial(_answers, python), [pairs[part::AT_ONCE] for part in range(AT_ONCE)])
        for part, answers in enumerate(parts):
            found[part::AT_ONCE] = answers
    return found


def _answers(python: Path, pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    lines = "".join(f"{json.dumps(pair)}\n" for pair in pairs)
    done = subprocess.run([python, PROGRAM], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailed(f"datacontract-cli failed: {done.stderr[-1000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _theirs(said: dict[str, Any]) -> str:
    levels = [level for level, _ in said["entries"]] or [""]
    return THEIRS[min(levels, key=SEVERITIES.index)]


def reasons() -> list[Reason]:
    import yaml

    said = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    return [Reason(tuple(one["kinds"]), one["ours"], tuple(one["theirs"]), one["why"]) for one in said]


def explained(found: Sequence[Verdict], known: Sequence[Reason]) -> list[Reason]:
    """The reasons with what each explains. Raises: NotExplained."""
    for verdict in (verdict for verdict in found if not verdict.is_alike):
        fitting = [reason for reason in known if reason.fits(verdict)]
        if len(fitting) != 1:
            raise NotExplained(f"{len(fitting)} reasons explain {verdict}")
        fitting[0].explains.append(verdict)
    if idle := [reason for reason in known if not reason.explains]:
        raise NotExplained(f"this explains nothing any more: {idle[0]}")
    return list(known)


def lines(found: Sequence[Verdict], known: Sequence[Reason]) -> Iterator[str]:
    """Markdown: how many are judged alike, then a line for each reason."""
    alike = sum(verdict.is_alike for verdict in found)
    yield f"{len(found)} changes, {alike} judged alike, {len(found) - alike} otherwise:"
    yield ""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    for reason in sorted(known, key=lambda reason: -len(reason.explains)):
        theirs = " or ".join(reason.theirs)
        yield f"| {len(reason.explains)} | {', '.join(reason.kinds)} | {reason.ours} | {theirs} | {reason.why} |"
