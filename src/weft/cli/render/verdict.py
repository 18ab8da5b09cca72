"""Where a verdict goes: Markdown to a file, the job's summary or the output; remarks as annotations of lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from weft.cli.render.json_out import write_json
from weft.cli.render.markdown import markdown
from weft.cli.render.terminal import say
from weft.errors import StoreFault
from weft.session.remarks import Remark, remarks

if TYPE_CHECKING:
    from weft.session.integrating import Verdict

Annotations = Literal["auto", "github", "none"]
SEVERITY = {"error": "major", "warning": "minor", "notice": "info"}
SUMMARY = "GITHUB_STEP_SUMMARY"


def show_verdict(
    verdict: Verdict, asked: tuple[Path | None, Path | None, Annotations], root: Path, *, json: bool
) -> None:
    """`asked` are the file of the Markdown, that of the code quality report, and whether annotations are said.

    Raises: StoreFault where a file cannot be written.
    """
    output, code_quality, annotations = asked
    text, found = markdown(verdict), _found(verdict, root)
    if output:
        _written(output, text)
    if code_quality:
        import msgspec

        _written(code_quality, msgspec.json.format(msgspec.json.encode(_code_quality(found)), indent=2).decode())
    if summary := os.environ.get(SUMMARY):
        _written(Path(summary), text, more=True)
    if json:
        write_json({**_object(verdict), "annotations": [_remark_object(one) for one in found], "markdown": text})
        return
    if annotations == "github" or (annotations == "auto" and os.environ.get("GITHUB_ACTIONS") == "true"):
        print("\n".join(map(_github, found)), file=sys.stdout)
    if not output:
        print(text, end="")
    say("this may be merged" if verdict.passed else "this may not be merged", "green" if verdict.passed else "red")


def _found(verdict: Verdict, root: Path) -> list[Remark]:
    """With files as the checkout has them, whose root may lie above the mesh's."""
    from dataclasses import replace

    above = root.resolve().relative_to(verdict.since.folder.resolve()).as_posix()
    prefix = "" if above == "." else f"{above}/"
    return [replace(one, place=replace(one.place, file=f"{prefix}{one.place.file}")) for one in remarks(verdict)]


def _written(path: Path, text: str, *, more: bool = False) -> None:
    try:
        with path.open("a" if more else "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StoreFault(f"{path} cannot be written ({error.strerror})", mend="Name another file.") from error


def _github(one: Remark) -> str:
    """One workflow command. What would end a property or a command is written as its code."""
    line = f",line={one.place.line}" if one.place.line else ""
    return f"::{one.level} file={_property(one.place.file)}{line},title={_property(one.title)}::{_data(one.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _code_quality(found: Sequence[Remark]) -> list[dict[str, Any]]:
    """GitLab's code quality report: a subset of the Code Climate format, one fingerprint for one remark."""
    return [
        {
            "description": f"{one.title}: {one.message}",
            "check_name": "weft",
            "fingerprint": blake2b(
                f"{one.place.file}\0{one.title}\0{one.message}".encode(), digest_size=16
            ).hexdigest(),
            "severity": SEVERITY[one.level],
            "location": {"path": one.place.file, "lines": {"begin": max(one.place.line, 1)}},
        }
        for one in found
    ]


def _remark_object(one: Remark) -> dict[str, Any]:
    return {
        "level": one.level,
        "file": one.place.file,
        "line": one.place.line,
        "title": one.title,
        "message": one.message,
    }


def _object(verdict: Verdict) -> dict[str, Any]:
    import msgspec

    from weft.cli.render.cases import case_object
    from weft.cli.render.faults import fault_object
    from weft.cli.render.plan import plan_object
    from weft.cli.render.run import run_object

    planned, report = verdict.planned, verdict.report
    return {
        "passed": verdict.passed,
        "stopped": verdict.stopped,
        "environment": verdict.environment,
        "base": verdict.since.base,
        "commit": verdict.since.commit,
        "touched": verdict.touched,
        "again": verdict.again,
        "faults": [fault_object(fault) for fault in verdict.faults],
        "policies": [fault_object(fault) for fault in verdict.policies],
        "plan": plan_object(planned) if planned else None,
        "cases": [case_object(result) for result in verdict.cases],
        "run": run_object(report, planned) if report and planned else None,
        "data": [
            {
                "line": one.line,
                "difference": msgspec.to_builtins(one.difference, enc_hook=str, str_keys=True)
                if one.difference
                else None,
                "note": one.note,
            }
            for one in verdict.data
        ],
    }
