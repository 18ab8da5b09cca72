"""`core.yaml`: the core data of a product, as one value; whatever in it cannot be meant is said, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from weft.errors import Fault, Place, did_you_mean
from weft.names import fault_of_identifier
from weft.product.core_data import (
    Block,
    BlockPart,
    Comparison,
    CoreData,
    CoreField,
    CoreRule,
    CoreSource,
    Survivorship,
    Thresholds,
    Training,
)
from weft.standards.document import Document, Path
from weft.workspace.core_comparisons import PLACE_FIELDS, suggested, unfit
from weft.workspace.tree import DECISIONS

MADE = ("records", "sources", "updated_on")
"""Columns that every entity has beside its fields."""
DECIDED_OTHERWISE = frozenset(["alone", "weights", "decision"])
"""What stands in `decided_by` where no rule decides."""
_BLOCK_PART = re.compile(r"([a-z][a-z0-9_]*)(?:\[(\d+):(\d+)\])?")


def core_data(document: Document) -> tuple[CoreData, tuple[Fault, ...]]:
    """Of a document that keeps to its schema, without the stewards' decisions and the names of its tables; and what in it cannot be meant."""
    reading = _Reading(document)
    return reading.core(), tuple(reading.faults)


@dataclass
class _Reading:
    document: Document
    faults: list[Fault] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        return self.document.mapping()

    @property
    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = self.data["fields"]
        return found

    def core(self) -> CoreData:
        data, entity = self.data, self.data["entity"]
        said_id, training, plain = data.get("id") or {}, data.get("training") or {}, Training()
        id_column = said_id.get("column", f"{entity}_id")
        fields = tuple(CoreField(name, kind, self._place("fields", name)) for name, kind in self.fields.items())
        self._refuse_taken_names(id_column)
        sources = tuple(self._sources())
        self._refuse_empty_fields(sources)
        rules = tuple(self._rules())
        return CoreData(
            entity,
            fields,
            sources,
            tuple(self._comparisons()) if "comparisons" in data else suggested(fields, rules),
            self._blocks(("blocking",), data.get("blocking") or ()),
            self._survivorship(),
            rules,
            self._thresholds(Thresholds(**data.get("thresholds") or {})),
            Training(
                training.get("pairs", plain.pairs),
                training.get("seed", plain.seed),
                self._blocks(("training", "blocking"), training.get("blocking") or ()),
            ),
            id_column=id_column,
            prefix=said_id.get("prefix", entity.replace("_", "").upper()),
            decisions_file=data.get("decisions", DECISIONS),
            file=self.document.file,
        )

    def _place(self, *path: str | int) -> Place:
        return self.document.place(*path)

    def _say(self, path: Path, message: str, mend: str = "") -> None:
        self.faults.append(Fault(self._place(*path), message, mend))

    def _known(self, path: Path, names: Iterable[str]) -> None:
        """Each name is a field; `path` leads to a list of them, or to the one."""
        for name in names:
            if name not in self.fields:
                self._say(path, f"there is no field '{name}'", did_you_mean(name, self.fields))

    def _refuse_taken_names(self, id_column: str) -> None:
        """Of the entity and of fields, which are tables and columns."""
        for path, name in ((("entity",), self.data["entity"]), *((("fields", one), one) for one in self.fields)):
            if reason := fault_of_identifier(name):
                self._say(path, reason, "Call it otherwise.")
        taken = {id_column: "the core id's column", **dict.fromkeys(MADE, "a column that every entity has")}
        for name in self.fields:
            if name in taken:
                self._say(("fields", name), f"'{name}' is {taken[name]}", "Call the field otherwise.")

    def _refuse_empty_fields(self, sources: Sequence[CoreSource]) -> None:
        filled = {name for source in sources for name in source.fields}
        for name in self.fields:
            if name not in filled:
                mend = "Take it out of `without` of a source that has it, or remove the field."
                self._say(("fields", name), f"no source has the field '{name}'", mend)

    def _sources(self) -> Iterator[CoreSource]:
        for name, said in self.data["sources"].items():
            path: Path = ("sources", name)
            key, without, renamed = said["key"], said.get("without") or (), said.get("fields") or {}
            self._known((*path, "without"), without)
            for one in renamed:
                self._known((*path, "fields", one), (one,))
                if one in without:
                    self._say(
                        (*path, "fields", one), f"'{one}' has a column here, and stands in `without` too", "Keep one."
                    )
            fields = {one: renamed.get(one, one) for one in self.fields if one not in without}
            lines = {f"fields.{one}": self._place(*path, "fields", one).line for one in renamed}
            lines |= {one: self._place(*path, one).line for one in ("key", "updated") if one in said}
            keys = (key,) if isinstance(key, str) else tuple(key)
            unique, updated = said.get("unique", False), said.get("updated", "")
            yield CoreSource(name, keys, fields, unique, updated, self._place(*path), lines)

    def _rules(self) -> Iterator[CoreRule]:
        made: list[CoreRule] = []
        for at, said in enumerate(self.data.get("rules") or ()):
            path: Path = ("rules", at)
            if ("same" in said) == ("different" in said):
                self._say(path, "a rule says either `same` or `different`, and the fields", "Write one of them.")
                continue
            verdict: Literal["same", "different"] = "same" if "same" in said else "different"
            self._known((*path, verdict), said[verdict])
            name = said.get("name", f"{verdict} {', '.join(said[verdict])}")
            rule = CoreRule(name, verdict, tuple(said[verdict]), self._place(*path))
            for message, mend in _superfluous(rule, made):
                self._say(path, message, mend)
            made.append(rule)
            yield rule

    def _comparisons(self) -> Iterator[Comparison]:
        for name, said in (self.data.get("comparisons") or {}).items():
            path: Path = ("comparisons", name)
            full: dict[str, Any] = {"by": said} if isinstance(said, str) else said
            fields = tuple(full.get("fields", (name,)))
            others = (*full.get("alternatives", ()), *filter(None, (full.get("exchanged_with", ""),)))
            self._known(path, (*fields, *others))
            self._refuse_number(path, full["by"], fields)
            if own := [one for one in others if one in fields]:
                self._say(path, f"'{own[0]}' is compared with itself", "Name another field there.")
            found = Comparison(
                name,
                full["by"],
                fields,
                tuple(full.get("alternatives", ())),
                full.get("exchanged_with", ""),
                full.get("frequencies", False),
                self._place(*path),
            )
            for message, mend in unfit(found, self.fields):
                self._say(path, message, mend)
            yield found
        if self.data.get("comparisons") and not self.data.get("blocking"):
            self._say(
                ("comparisons",), "nothing says which pairs are compared", "Add `blocking`: `- [last_name, zip]`."
            )

    def _refuse_number(self, path: Path, measure: str, fields: tuple[str, ...]) -> None:
        if measure == "place" and len(fields) != len(PLACE_FIELDS):
            mend = "Write `fields: [street, zip, city, state]`, whatever they are called."
            self._say(path, "a place is compared by four fields: street, zip, city and state, in this order", mend)
        elif measure != "place" and len(fields) != 1:
            self._say(
                path, f"'{measure}' compares one field, and here are {len(fields)}", "Write a comparison for each."
            )

    def _blocks(self, path: Path, said: Iterable[Sequence[str]]) -> tuple[Block, ...]:
        return tuple(tuple(self._block_part((*path, at), text) for text in block) for at, block in enumerate(said))

    def _block_part(self, path: Path, text: str) -> BlockPart:
        found = _BLOCK_PART.fullmatch(text)
        name, first, last = found.groups() if found else (text, None, None)
        part = BlockPart(name, int(first or 0), int(last or 0))
        self._known(path, (name,))
        if first is not None and not 1 <= part.first <= part.last:
            self._say(path, f"'{text}' has no characters", f"Count from 1: `{name}[1:3]` is the first three.")
        return part

    def _thresholds(self, found: Thresholds) -> Thresholds:
        if found.review > found.same:
            mend = "Write a `review` that is smaller than `same`, or equal where nothing is to be reviewed."
            self._say(("thresholds",), f"`review` {found.review} is above `same` {found.same}", mend)
        return found

    def _survivorship(self) -> Survivorship:
        said, sources = self.data.get("survivorship") or {}, tuple(self.data["sources"])
        ranked = tuple(said.get("sources", sources))
        path: Path = ("survivorship",)
        for name in ranked:
            if name not in sources:
                self._say((*path, "sources"), f"there is no source '{name}'", did_you_mean(name, sources))
        if left := [name for name in sources if name not in ranked]:
            mend = "Name every source, from the most trusted on."
            self._say((*path, "sources"), f"it is not said how trusted '{left[0]}' is", mend)
        by, fields = said.get("by", Survivorship(()).by), said.get("fields") or {}
        for name in fields:
            self._known((*path, "fields", name), (name,))
        together = tuple(tuple(group) for group in said.get("together") or ())
        self._refuse_groups(together, fields)
        return Survivorship(ranked, tuple(by), {name: tuple(one) for name, one in fields.items()}, together)

    def _refuse_groups(self, together: Sequence[tuple[str, ...]], fields: dict[str, list[str]]) -> None:
        first: dict[str, int] = {}
        for at, group in enumerate(together):
            path: Path = ("survivorship", "together", at)
            self._known(path, group)
            for name in group:
                if first.setdefault(name, at) != at:
                    self._say(path, f"'{name}' is in two groups", "Take it out of one.")
            if len({tuple(fields[name]) for name in group if name in fields}) > 1:
                mend = "Say it of one of them: it holds for all."
                self._say(path, "these are taken together, and are to be chosen by different things", mend)


def _superfluous(rule: CoreRule, before: Sequence[CoreRule]) -> Iterator[tuple[str, str]]:
    """Why a rule has no use after those before it, or no name of its own."""
    if rule.name in DECIDED_OTHERWISE:
        yield (
            f"no rule is called '{rule.name}': the crosswalk says so of what no rule decides",
            "Give it another `name`.",
        )
    if first := next((one for one in before if _decides_all_of(one, rule)), None):
        message = f"this rule is never asked: the one of line {first.place.line} decides all that it could"
        yield message, "Take one of them out."
    elif first := next((one for one in before if one.name == rule.name), None):
        yield f"this rule is called as the one of line {first.place.line}", "Give it another `name`."


def _decides_all_of(first: CoreRule, later: CoreRule) -> bool:
    """Whether every pair that the later rule decides was decided by the first."""
    if first.verdict != later.verdict:
        return False
    return set(first.fields) <= set(later.fields) if first.verdict == "same" else set(first.fields) == set(later.fields)
