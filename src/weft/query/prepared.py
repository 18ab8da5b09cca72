"""A question made ready to be computed, in this process or in one apart: its text under names of ours, and what stands behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from weft.errors import EngineFault
from weft.names import LineName, table_of
from weft.product.snapshot import Snapshot
from weft.query.library import Library
from weft.query.naming import Question
from weft.query.seen import relation as facts_seen

if TYPE_CHECKING:
    import pyarrow as pa

    from weft.engine.reading import Files


@dataclass(frozen=True)
class Prepared:
    """`names` are those that were said, to ours, under which `files` and `tables` stand: one for each line and relation."""

    question: Question
    sql: str
    names: Mapping[str, str]
    files: Mapping[str, Files]
    tables: Mapping[str, pa.Table]

    def in_their_words(self, fault: EngineFault) -> EngineFault:
        """The binder knows tables under names of ours; whoever asked knows them under theirs, and can look at them."""
        message = fault.message
        for name, ours in self.names.items():
            message = message.replace(f'"{ours}"', f'"{name}"')
        tables = [str(table_of(line)) for line in self.question.lines.values()]
        look = f"`weft show {tables[0]}` lists its columns." if tables and "no column" in message else ""
        return EngineFault(message, mend=" ".join(part for part in (fault.mend, look) if part), place=fault.place)


def prepared(question: Question, library: Library, standing: Mapping[LineName, Snapshot]) -> Prepared:
    """`standing` are the snapshots of the lines that the question reads. Raises: StoreFault, where a file is missing."""
    from weft.query.masking import files_seen
    from weft.sql import renamed

    ours = _names_of_ours(question)
    names = {name: ours[said] for name, said in (*question.lines.items(), *question.facts.items())}
    files = {
        ours[line]: files_seen(library, standing[line], question.sights[line])
        for line in dict.fromkeys(question.lines.values())
    }
    tables = {ours[fact]: facts_seen(library, fact) for fact in dict.fromkeys(question.facts.values())}
    return Prepared(question, renamed(question.sql, names) if names else question.sql, names, files, tables)


def _names_of_ours(question: Question) -> dict[str, str]:
    """By line and relation, in an order that does not depend on the text, a name that stands nowhere in it: no WITH of theirs
    may take its place."""
    prefix, text = "t", question.sql.lower()
    while prefix in text:
        prefix += "_" if prefix.endswith("x") else "x"
    behind = (*sorted(set(question.lines.values())), *sorted(set(question.facts.values())))
    return {one: f"{prefix}{number}" for number, one in enumerate(behind)}
