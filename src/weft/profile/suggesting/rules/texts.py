"""How texts are written: their pattern, their characters, their form in the world, their lengths, their case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from weft.profile.suggesting.drafts import Draft, between, never, only_known
from weft.profile.suggesting.facts import LOWER, MOST_EXACT, UPPER, ColumnFacts, Facts
from weft.profile.suggesting.rules.lists import listed
from weft.profile.suggesting.rules.presence import percent_by_counting
from weft.profile.values import Meaning

MOST_PATTERNS = 40
FEWEST_ROWS = 25
"""Rows that each shape has on the mean: where there are more of them, texts are free."""
STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA"
    " WA WV WI WY AS GU MP PR VI UM AA AE AP"
)
FORMS: Mapping[Meaning, tuple[str, str]] = {
    "e-mail": (
        "an e-mail address",
        r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$",
    ),
    "zip": ("a ZIP code", "^[0-9]{5}(-?[0-9]{4})?$"),
    "us-state": ("a state of the USA", f"^({'|'.join(STATES.split())})$"),
    "street": (
        "a street address",
        "^[0-9]+[A-Za-z]?(-[0-9]+)?( 1/2)? .*[A-Za-z]{2}|^(P[.]?O[.]? BOX|PO BOX|RR|HC) .*[0-9]",
    ),
    "url": ("a URL", "^[A-Za-z][A-Za-z0-9+.-]*://[^ ]+$"),
    "uuid": ("a UUID", "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    "npi": ("the form of an NPI", "^[12][0-9]{9}$"),
    "us-ssn": ("the form of a social security number", "^[0-9]{3}-?[0-9]{2}-?[0-9]{4}$"),
    "icd-10": ("the form of an ICD-10 code", "^[A-Z][0-9][0-9AB][.]?[0-9A-Z]{0,4}$"),
    "ndc": ("the form of an NDC", "^[0-9]{4,5}-?[0-9]{3,4}-?[0-9]{1,2}$"),
    "ip-address": ("an IP address", "^([0-9]{1,3}[.]){3}[0-9]{1,3}$|:"),
    "currency": ("a currency's code", "^[A-Z]{3}$"),
}
"""Meaning to how it is said and the pattern that every value keeps, in ECMA-262 as ODCS has it."""
SPECIAL = re.compile(r"([\\^$.|?*+()\[\]{}/])")


def texts(facts: Facts) -> Iterator[ColumnFacts]:
    return (
        column for column in facts.columns if column.family == "text" and any(column.values) and not column.is_constant
    )


def patterns(facts: Facts) -> Iterator[Draft]:
    """All shapes that were seen, as one pattern; as many rows of others as new shapes use to bring."""
    for column in texts(facts):
        shapes, is_exact = _shapes_of(column)
        if not shapes:
            continue
        times = Counter(shape for counts in shapes for shape in counts)
        rows = sum(sum(counts.values()) for counts in shapes)
        if listed(column) or len(times) > MOST_PATTERNS or rows < FEWEST_ROWS * len(times) or _is_free(times):
            continue
        strangers = [sum(rows for shape, rows in counts.items() if times[shape] == 1) for counts in shapes]
        noun = "patterns" if len(times) > 1 else "pattern"
        evidence = f"{len(times)} {noun} in {rows:,} rows, such as {_example(times)}."
        body = {"metric": "invalidValues", "arguments": {"pattern": pattern_of(list(times), is_exact=is_exact)}}
        settle = only_known(times, strangers, evidence, "pattern")
        less = ("characters", "blanks", "capitals", "small letters", "form", "form share")
        yield Draft(
            "pattern", column, f"{column.name} keeps its pattern", "conformity", body, (), settle, instead_of=less
        )


def _shapes_of(column: ColumnFacts) -> tuple[list[dict[str, int]] | None, bool]:
    """With lengths where there are few of them, else without."""
    if (
        column.exact
        and len(set().union(*column.exact)) <= MOST_EXACT
        and not any("A" * 30 in s for c in column.exact for s in c)
    ):
        return column.exact, True
    return column.shapes, False


def _is_free(times: Mapping[str, int]) -> bool:
    """Whether texts are sentences: of blanks between more words than a name has."""
    return any(shape.count(" ") > 5 for shape in times)


def _example(times: Mapping[str, int]) -> str:
    return ", ".join(repr(shape) for shape in sorted(times, key=lambda shape: (-times[shape], shape))[:3])


def pattern_of(shapes: Sequence[str], *, is_exact: bool) -> str:
    """Shapes as one pattern of whole texts."""
    said = [_expression(shape, is_exact=is_exact) for shape in sorted(shapes)]
    return f"^{said[0]}$" if len(said) == 1 else f"^({'|'.join(said)})$"


def _expression(shape: str, *, is_exact: bool) -> str:
    classes = {"A": UPPER, "a": LOWER, "9": "0-9"}
    found = []
    for run in re.finditer(r"(.)\1*", shape, re.DOTALL):
        sign, times = run[1], len(run[0])
        if sign in classes:
            found.append(f"[{classes[sign]}]" + (("" if times == 1 else f"{{{times}}}") if is_exact else "+"))
        else:
            found.append(SPECIAL.sub(r"\\\1", run[0]))
    return "".join(found)


def characters(facts: Facts) -> Iterator[Draft]:
    """Only letters, digits and the other signs that were seen: what was read in a wrong encoding has others."""
    for column in texts(facts):
        if listed(column) or not column.shapes or not all(column.shapes):
            continue
        times = Counter(sign for counts in column.shapes for sign in set("".join(counts)) - set("Aa9"))
        signs = "".join(SPECIAL.sub(r"\\\1", sign) if sign != "-" else r"\-" for sign in sorted(times))
        strangers = [_strange(counts, times) for counts in column.shapes]
        evidence = f"Letters, digits and {len(times)} other signs in {sum(column.values):,} rows."
        body = {"metric": "invalidValues", "arguments": {"pattern": f"^[{UPPER}{LOWER}0-9{signs}]*$"}}
        settle = only_known(times, strangers, evidence, "sign")
        yield Draft("characters", column, f"{column.name} has no strange signs", "conformity", body, (), settle)


def _strange(counts: Mapping[str, int], times: Mapping[str, int]) -> int:
    """Rows with a sign that stands in this batch alone."""
    return sum(rows for shape, rows in counts.items() if any(times[sign] == 1 for sign in set(shape) - set("Aa9")))


def forms(facts: Facts) -> Iterator[Draft]:
    """What its values are in the world has a form of its own: e-mail, ZIP, state, street."""
    for column in texts(facts):
        if column.meaning not in FORMS:
            continue
        called, pattern = FORMS[column.meaning]
        quoted = pattern.replace("'", "''")
        number = f"count_if({{property}} IS NOT NULL AND NOT regexp_matches({{property}}, '{quoted}'))"
        body = {"metric": "invalidValues", "arguments": {"pattern": pattern}}
        name = f"{column.name} is {called}"
        less = ("form share", "characters")
        yield Draft(
            "form", column, name, "conformity", body, (number,), never, says=f"Every value is {called}", instead_of=less
        )
        wrong = (
            f"CASE WHEN regexp_matches({{property}}, '{quoted}') THEN 0.0 WHEN {{property}} IS NOT NULL THEN 100.0 END"
        )
        share, settle = f"AVG({wrong})", between(percent_by_counting, low=False, ceiling=100)
        body = {"type": "sql", "query": f"SELECT {share} FROM {{object}}"}
        says = f"Percent of rows that are not {called}"
        yield Draft("form share", column, f"{name} as a rule", "conformity", body, (share,), settle, says=says)


def lengths(facts: Facts) -> Iterator[Draft]:
    """The mean and the longest: what is cut off is shorter."""
    for column in texts(facts):
        if listed(column) or min(low[0] for low in column.lows if low) == max(high[0] for high in column.highs if high):
            continue
        mean, longest = "AVG(LENGTH({property}))", "MAX(LENGTH({property}))"
        body = {"type": "sql", "query": f"SELECT {mean} FROM {{object}}"}
        yield Draft(
            "mean length",
            column,
            f"{column.name} is as long as ever",
            "accuracy",
            body,
            (mean,),
            between(),
            says="Mean length",
        )
        body = {"type": "sql", "query": f"SELECT {longest} FROM {{object}}"}
        settle = between(lambda _, __: 0.5, high=False, floor=0)
        yield Draft(
            "longest",
            column,
            f"{column.name} is not cut off",
            "accuracy",
            body,
            (longest,),
            settle,
            says="Longest text",
        )


def case(facts: Facts) -> Iterator[Draft]:
    """The share of texts in capitals, and in small letters."""
    for column in texts(facts):
        if listed(column):
            continue
        for kind, function in (("capitals", "UPPER"), ("small letters", "LOWER")):
            share = f"AVG(CASE WHEN {{property}} = {function}({{property}}) AND UPPER({{property}}) <> LOWER({{property}}) THEN 100.0 ELSE 0.0 END)"
            body = {"type": "sql", "query": f"SELECT {share} FROM {{object}}"}
            says = f"Percent of texts all in {kind}"
            yield Draft(
                kind,
                column,
                f"{column.name} is in {kind} as often as ever",
                "conformity",
                body,
                (share,),
                between(percent_by_counting, floor=0, ceiling=100),
                says=says,
            )
