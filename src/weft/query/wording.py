"""What a typed word may stand for: its singular and plural, what it was mistyped from; and words that say little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nsmallest

ENGLISH = """
    a about all an and any are as at be by can did do does each find for from get give has have how i in is it its list many
    me much my of on or our per show tell that the their there these this those to was we were what when where which who whom
    why with you your
"""
FUNCTION_WORDS = frozenset(ENGLISH.split())
"""Words that join others: what they are found in is hardly what is looked for."""
OTHER_NUMBER, OTHER_TENSE = 0.95, 0.8
"""What `delay` is worth for `delays`, and for `delayed`."""
ALIKE = 0.75
"""Of difflib's ratio: `departres` and `departures` are 0.95 alike, `plane` and `place` 0.8."""
BEGINS_ALIKE = 0.95
"""What a word counts that only begins alike: whoever types has not come to its end."""
SWAPPED = 0.9
"""The same letters in another order: fingers were quicker than each other."""
LOOKED_AT, MOST_LETTERS = 40, 60
SHORT, LONG = 2, 5
"""Up to `SHORT` letters nothing is like a word; from `LONG` letters on, it may be the beginning of one."""


def forms(word: str) -> dict[str, float]:
    """The word itself and what else it goes by, each with its worth: `carriers` is `carrier` too."""
    found = {word: 1.0}
    for ending, others, worth in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > SHORT and not word.endswith(NO_PLURALS):
            return found | {f"{stem}{other}": worth for other in others}
    return found


NO_PLURALS = ("ss", "us", "is")
ENDINGS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("ies", ("y", "ie"), OTHER_NUMBER),
    ("sses", ("ss",), OTHER_NUMBER),
    ("xes", ("x",), OTHER_NUMBER),
    ("ches", ("ch",), OTHER_NUMBER),
    ("shes", ("sh",), OTHER_NUMBER),
    ("s", ("",), OTHER_NUMBER),
    ("y", ("ies",), OTHER_NUMBER),
    ("lled", ("l",), OTHER_TENSE),
    ("lling", ("l",), OTHER_TENSE),
    ("ed", ("", "e"), OTHER_TENSE),
    ("ing", ("", "e"), OTHER_TENSE),
)
"""The first that fits. A singular is found in its plural anyhow, as that begins with it, save where `y` becomes `ies`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words, and which of them hold which pair of letters: few are looked at closely."""

    words: Sequence[str]
    holding: Mapping[str, Sequence[int]]


def lexicon(words: Sequence[str]) -> Lexicon:
    holding: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        for pair in _pairs(word):
            holding.setdefault(pair, []).append(number)
    return Lexicon(words, holding)


def alike(word: str, known: Lexicon, least: float = ALIKE) -> dict[str, float]:
    """The words most like one, the closest first, each with how much, up to 1. A word of few letters has none."""
    if len(word) <= SHORT:
        return {}
    near = {one: likeness(word, one) for one in _candidates(word, known)}
    return {one: near[one] for one in sorted(near, key=lambda one: (-near[one], one)) if near[one] >= least}


def likeness(word: str, other: str) -> float:
    """How much one is like the other, or like its beginning."""
    whole = SequenceMatcher(None, word, other).ratio()
    if len(word) == len(other) and sorted(word) == sorted(other):
        whole = max(whole, SWAPPED)
    if len(word) < LONG or len(other) <= len(word):
        return whole
    return max(whole, BEGINS_ALIKE * SequenceMatcher(None, word, other[: len(word)]).ratio())


def _candidates(word: str, known: Lexicon) -> list[str]:
    """Those of about its length, or longer, that share most pairs of letters with it."""
    pairs, slack = _pairs(word), max(1, len(word) // 3)
    shared = Counter(number for pair in pairs for number in known.holding.get(pair, ()))
    longest = len(word) + slack if len(word) < LONG else MOST_LETTERS
    near = [
        (-count, abs(len(other) - len(word)), other)
        for number, count in shared.items()
        if len(word) - slack <= len(other := known.words[number]) <= longest and 2 * count >= len(pairs) // 2
    ]
    return [other for *_, other in nsmallest(LOOKED_AT, near)]


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}
