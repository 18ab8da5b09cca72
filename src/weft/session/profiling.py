"""Profiles in a mesh: of what is published, made once for each snapshot and kept; of files, made for whoever works here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from weft.errors import NotKept, Refused, RegistryFault, Unknown, WeftError, did_you_mean
from weft.identity.caller import caller
from weft.names import LineName, SnapshotId, domain_of, product_of, table_of
from weft.product.snapshot import Snapshot
from weft.profile.drifting import drifts
from weft.profile.values import Moved, Rollup, TableProfile

if TYPE_CHECKING:
    from weft.profile.measuring import Means, Subject
    from weft.query.library import Library
    from weft.run.report import RunReport
    from weft.settings import EngineSettings

LEASE_SECONDS = 3600.0
AT_ONCE = 2
"""Files that are opened at the same time."""
TOGETHER = 60
"""Tables that are held in memory at once."""
ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".gz", ".zip", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Looked:
    """How a profile is to be made: `anew` though one is kept; `seed` chooses the sample."""

    anew: bool = False
    seed: int | None = None


USUAL = Looked()


def profiled(library: Library, line: LineName) -> TableProfile | None:
    """The kept profile of what a line points at, as whoever asks sees it; None where there is none. Raises: Unknown, Refused."""
    from weft.profile.keeping import kept

    found = kept(library.registry, _pointer(library, line))
    return _seen(library, line, found) if found else None


def profile_history(library: Library, line: LineName) -> tuple[TableProfile, ...]:
    """The kept profiles of a line, the oldest snapshot first, as whoever asks sees them. Raises: Refused."""
    from weft.profile.keeping import history

    _sight_of(library, line)
    return tuple(_seen(library, line, one) for one in history(library.registry, line))


def drift_of(library: Library, line: LineName) -> tuple[Moved, ...]:
    """How each kept profile moved from the one before; what tells values of columns that are masked is left out. Raises: Refused."""
    return drifts(profile_history(library, line))


def score_of(library: Library, name: str) -> Rollup:
    """Of a domain, a product, or the mesh ('mesh'), over the tables that are profiled and that whoever asks may read."""
    from weft.profile.hygiene.scoring import rolled_up
    from weft.profile.keeping import read
    from weft.query.seen import known_pointers, sights

    recorded = library.registry.recorded(library.environment).pointers
    pointers = {line: one.snapshot for line, one in known_pointers(library, recorded).items() if _is_of(line, name)}
    found = library.registry.profiles.kept(pointers.values())
    readable = {line for line, one in sights(library, pointers).items() if one.is_allowed and not one.row_filters}
    tables = (found[snapshot] for line, snapshot in pointers.items() if snapshot in found and line in readable)
    return rolled_up(name, (profile for one in tables if (profile := read(one))))


def of_tables(library: Library, names: Sequence[str], looked: Looked = USUAL) -> tuple[TableProfile, ...]:
    """Profiles of tables, products and domains, made where none is kept, and kept then; as whoever asks sees them. Raises: Unknown, Refused."""
    lines = tuple(dict.fromkeys(line for name in names for line in lines_of(library, name)))
    found = tuple(_seen(library, LineName(one.line), one) for one in _of_lines(library, lines, looked))
    _note(library, found)
    return found


def _note(library: Library, found: Sequence[TableProfile]) -> None:
    """Values that are frequent, least and greatest are values: who is shown them has read of the table."""
    from weft.product.audit import AuditedRead
    from weft.session.auditing import note_whole

    if found:
        columns = {one.line: tuple(column.name for column in one.columns) for one in found}
        who, whom = caller(), library.reader.name
        told = f"the profile of {', '.join(columns)}"
        note_whole(
            library, AuditedRead(who, "profile", columns, told, library.environment, "" if whom == who else whom), 0
        )


def is_file(name: str) -> bool:
    """Whether a name is a path or a glob, and not a table's: a table's has no slash, no star and no ending of a file."""
    return "/" in name or os.sep in name or "*" in name or name.lower().endswith(ENDINGS) or Path(name).is_file()


def of_files(targets: Iterable[str], engine: EngineSettings, looked: Looked = USUAL) -> tuple[TableProfile, ...]:
    """Profiles of files that no mesh need know of; a folder, or a glob, is one table. Raises: SourceFault, EngineFault."""
    from weft.profile.measuring import Subject, measured
    from weft.sources import laid_out

    with tempfile.TemporaryDirectory(prefix="weft-profile-") as scratch:
        named = list(targets)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="weft-profile") as hands:
            # How a file is written is found out one small question after the other, which no second processor helps with.
            laid = list(hands.map(lambda at: laid_out(named[at], Path(scratch) / str(at)), range(len(named))))
        subjects = [
            Subject(target, found.files, found.columns, notes=found.notes)
            for target, found in zip(named, laid, strict=True)
        ]
        return measured(subjects, _means(engine, Path(scratch), looked))


def lines_of(library: Library, name: str) -> tuple[LineName, ...]:
    """The published lines that a domain, a product or a table stands for, as whoever asks may know of them. Raises: Unknown."""
    from weft.query.facts import Facts

    facts = Facts(library)
    pointers = facts.recorded.pointers
    if (line := facts.line(name)) and line in pointers:
        return (line,)
    newest = set(facts.newest.values())
    found = tuple(sorted(line for line in pointers if _is_of(line, name) and line in newest))
    if found:
        return found
    known = {*pointers, *map(table_of, pointers), *map(product_of, pointers), *map(domain_of, pointers)}
    mend = did_you_mean(name, map(str, known)) or "A file is named with its ending, or with a slash: ./data."
    raise Unknown("published table, product or domain", name, mend=mend)


def _is_of(line: LineName, name: str) -> bool:
    return name in (domain_of(line), product_of(line), "mesh")


def _pointer(library: Library, line: LineName) -> SnapshotId:
    pointers = library.registry.recorded(library.environment).pointers
    if line not in pointers:
        raise Unknown("published line", line, map(str, pointers))
    return pointers[line].snapshot


def _of_lines(library: Library, lines: Sequence[LineName], looked: Looked) -> tuple[TableProfile, ...]:
    """Of all together where one is to be made: then what refers to what is seen."""
    from weft.profile.keeping import keep, read

    for line in lines:
        _sight_of(library, line)
    pointers = library.registry.recorded(library.environment).pointers
    wanted = {line: pointers[line].snapshot for line in lines}
    known = {} if looked.anew or looked.seed is not None else library.registry.profiles.kept(wanted.values())
    found = {
        line: profile for line, snapshot in wanted.items() if snapshot in known and (profile := read(known[snapshot]))
    }
    if missing := [line for line in lines if line not in found]:
        # What refers to what is seen of tables that are looked at together: then all that are named are.
        found |= (made := _in_parts(library, lines if len(lines) <= TOGETHER else missing, looked))
        if looked.seed is None and library.reader.is_owner:
            for profile in made.values():
                keep(library.registry, profile)
    return tuple(found[line] for line in lines)


def _in_parts(library: Library, lines: Sequence[LineName], looked: Looked) -> dict[LineName, TableProfile]:
    """All together, where they are not too many; else product by product."""
    if len(lines) <= TOGETHER:
        return _measured(library, lines, looked)
    found: dict[LineName, TableProfile] = {}
    for product in sorted({product_of(line) for line in lines}):
        found |= _measured(library, [line for line in lines if product_of(line) == product], looked)
    return found


def _measured(library: Library, lines: Sequence[LineName], looked: Looked) -> dict[LineName, TableProfile]:
    from weft.profile.measuring import measured

    pointers = library.registry.recorded(library.environment).pointers
    wanted = {line: pointers[line].snapshot for line in lines}
    with ExitStack() as held, tempfile.TemporaryDirectory(prefix="weft-profile-") as scratch:
        try:
            held.enter_context(library.registry.journal.lease(wanted.values(), f"profile {os.getpid()}", LEASE_SECONDS))
        except NotKept:
            raise
        except RegistryFault:
            # Files never change: one that a sweep takes meanwhile is missed when it is read.
            held.callback(lambda: None)
        snapshots = library.registry.snapshots(wanted.values())
        classified = _classified(library, lines)
        subjects = [_subject(library, line, snapshots[snapshot], classified) for line, snapshot in wanted.items()]
        found = measured(subjects, _means(library.settings.engine, Path(scratch), looked))
    return dict(zip(lines, found, strict=True))


def _subject(
    library: Library, line: LineName, snapshot: Snapshot, classified: dict[LineName, frozenset[str]]
) -> Subject:
    from weft.profile.measuring import Subject

    files = library.store.paths(snapshot)
    return Subject(str(line), files, snapshot.columns, str(snapshot.id), classified=classified.get(line, frozenset()))


def _classified(library: Library, lines: Iterable[LineName]) -> dict[LineName, frozenset[str]]:
    """The columns of which a contract says how confidential they are."""
    products = library.registry.products({product_of(line) for line in lines}, library.environment)
    return {
        product.line(table.name, contract.line): frozenset(
            column.name for column in table.columns if column.classification
        )
        for product in products.values()
        for _, contract, table in product.promises
    }


def _means(engine: EngineSettings, spill: Path, looked: Looked) -> Means:
    from weft.profile.measuring import SEED, Means

    return Means(engine, spill, SEED if looked.seed is None else looked.seed)


def _seen(library: Library, line: LineName, profile: TableProfile) -> TableProfile:
    """Raises: Refused, where the line is not for whoever asks, or only some of its rows are."""
    from weft.profile.withholding import as_seen

    masked = _sight_of(library, line)
    shown = as_seen(profile, masked)
    if library.reader.is_owner:
        return shown
    return _without_hidden(library, shown)


def _without_hidden(library: Library, profile: TableProfile) -> TableProfile:
    """Without what names tables that whoever asks may not know of."""
    from weft.query.hiding import hidden

    if (what := hidden(library)) is None:
        return profile
    keys = tuple(one for one in profile.foreign_keys if not what.is_said(one.table))
    return replace(
        profile, foreign_keys=keys, findings=tuple(one for one in profile.findings if not what.is_said(one.said))
    )


def _sight_of(library: Library, line: LineName) -> tuple[str, ...]:
    """The columns that whoever asks sees masked. Raises: Refused."""
    from weft.query.seen import refuse_unseen

    sight = refuse_unseen(library, [line])[line]
    if sight.row_filters:
        raise Refused(
            f"{library.reader.name} sees some rows of {line} only, and a profile is of all",
            mend="Ask whoever owns it for a profile.",
        )
    return tuple(sight.masks)


def profile_published(library: Library, report: RunReport) -> RunReport:
    """Profiles what a run published, where `mesh.yaml` says so; what fails of it is told, and undoes nothing."""
    lines = [table.line for product in report.products if product.state == "published" for table in product.tables]
    current = library.registry.recorded(library.environment).pointers
    wanted = [line for line in lines if line in current]
    try:
        _of_lines(library, wanted, USUAL)
    except WeftError as error:
        return replace(report, untold=(*report.untold, f"what was published is not profiled: {error}"))
    return report
