"""The tests of a product's transforms, read from `tests/<table>.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from weft.errors import Fault, Faults, Place
from weft.product.product import Product
from weft.run.cases import Case


def cases_of(product: Product, root: Path) -> Iterator[Case]:
    """Raises: Faults, where a file is no list of cases."""
    from weft.standards.document import read
    from weft.standards.schemas import faults_of

    for file in product.test_files:
        document = read((root / file).read_text(encoding="utf-8"), file)
        if faults := faults_of(document, "tests"):
            raise Faults(faults)
        for number, said in enumerate(document.data):
            yield _case(product, Path(file).stem, said, document.place(number))


def _case(product: Product, table: str, said: dict[str, Any], place: Place) -> Case:
    return Case(
        product.name, table, str(said["name"]), said.get("given", {}), said["expect"], _as_of(said, place), place
    )


def _as_of(said: dict[str, Any], place: Place) -> datetime | None:
    text = said.get("as_of")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise Faults(
            [Fault(place, f"as_of: '{text}' is no time", "Write one such as 2013-01-31T12:00:00Z.")]
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
